// Loaded by Node ahead of an instance of a cluster. What it listens on is shared with the other instances: the first to
// listen on an address binds it and hands the socket to the manager, which holds it without accepting from it; all others get
// that socket, or, where Node and the system can bind several to one port, each binds one for its place among the instances,
// and accepts from those of others while they are away. Each accepts for itself. Asked to stop, a program that does not see to
// that itself stops listening, answers what it is still asked on the connections it has, with `connection: close`, and ends
// with the last of them.
'use strict';

if (process.connected && process.env.RXVISOR_MANAGER_PID === String(process.ppid)) {
  const { subscribe } = require('node:diagnostics_channel');
  const { errorMonitor } = require('node:events');
  const { Server } = require('node:net');
  const { listen, close } = Server.prototype;
  /** How long a client has to hear of the end of its session, in ms. */
  const ROUND_TRIP = 500;
  const servers = new Set();
  /** Those of HTTP/2: they do not end by themselves, however long they idle. */
  const sessions = new Set();
  const waiting = new Map();
  /** The servers that listen, by their addresses, and those that accept for them from the sockets of others. */
  const listening = new Map();
  const adopted = new Map();
  let anonymous = 0;
  let draining = false;
  let hearing = false;
  let alive;

  const tell = (message, handle) => {
    // The callback is there so that a channel that closes meanwhile is no uncaught exception.
    if (process.connected) process.send({ rxvisor: 'share', ...message }, handle, undefined, () => undefined);
  };

  // Node keeps what has a `cmd` of its own kind from the program.
  process.on('internalMessage', (message, handle) => {
    if (message.cmd !== 'NODE_RXVISOR') return;
    if (message.rxvisor === 'shared') answered(message, handle);
    if (message.rxvisor === 'adopt' && handle) adopt(message, handle);
    if (message.rxvisor === 'release') release(`${message.key} ${message.place}`);
  });

  // A program lives as long as an answer is to come, or it serves, and no longer. Listening for the end of the channel does
  // not see to that where somebody, as rxvisor/child does, has let go of the channel for good: a timer does.
  const hear = () => {
    const needed = waiting.size > 0 || listening.size > 0;
    if (needed && !hearing) process.on('disconnect', unheard);
    if (!needed && hearing) process.off('disconnect', unheard);
    hearing = needed;
    clearInterval(alive);
    if (waiting.size > 0) alive = setInterval(() => undefined, 60_000);
  };

  const unheard = () => {
    waiting.clear();
    hear();
  };

  const answered = ({ key, first }, handle) => {
    const [proceed, ...others] = waiting.get(key) ?? [];
    if (others.length > 0) waiting.set(key, others);
    else waiting.delete(key);
    // It may have given up meanwhile.
    if (proceed === undefined) handle?.close();
    else proceed(handle, first);
    hear();
  };

  const adopt = ({ key, place }, handle) => {
    const server = listening.get(key);
    if (server === undefined) return handle.close();
    const { allowHalfOpen, pauseOnConnect, noDelay, keepAlive } = server;
    const helper = new Server({ allowHalfOpen, pauseOnConnect, noDelay, keepAlive });
    helper.on('connection', (socket) => {
      // From here on it is the server's own: it is counted there, and waited for when that closes.
      helper._connections -= 1;
      server._connections += 1;
      socket.server = socket._server = server;
      server.emit('connection', socket);
    });
    adopted.set(`${key} ${place}`, helper);
    listen.call(helper, handle);
  };

  const release = (name) => {
    const helper = adopted.get(name);
    adopted.delete(name);
    if (helper?.listening) close.call(helper);
  };

  const ask = (key, place, proceed) => {
    waiting.set(key, [...(waiting.get(key) ?? []), proceed]);
    hear();
    tell({ step: 'ask', key, place });
  };

  Server.prototype.listen = function (...args) {
    const key = keyOf(args);
    servers.add(this);
    this.once('close', () => servers.delete(this));
    this.off('session', onSession).on('session', onSession);
    if (key === undefined || !process.connected) return listen.apply(this, args);
    const place = placeOf(key);
    ask(key, place, (handle, first) => {
      if (place !== undefined) listening.set(key, this);
      if (handle !== undefined && handle !== null) {
        const callback = args.find((arg) => typeof arg === 'function');
        if (callback !== undefined) this.once('listening', callback);
        listen.call(this, handle);
        return;
      }
      const onListening = () => {
        this.off(errorMonitor, onError);
        tell({ step: 'bound', key, place }, this._handle);
      };
      const onError = () => {
        this.off('listening', onListening);
        absent(this);
        tell({ step: 'failed', key, place });
      };
      this.prependOnceListener('listening', onListening);
      // A monitor: an error that nobody handles is still thrown.
      this.once(errorMonitor, onError);
      if (place === undefined) listen.apply(this, args);
      else bind(this, args, first);
    });
    return this;
  };

  Server.prototype.close = function (...args) {
    depart(this);
    return close.apply(this, args);
  };

  /** It listens no longer, and others are to accept what comes for its place. */
  function depart(server) {
    const key = absent(server);
    if (key !== undefined) tell({ step: 'left', key });
  }

  /** Listens on a socket of its own, beside those of the other instances. */
  function bind(server, args, first) {
    const beside = { ...optionsOf(args), reusePort: true };
    const callback = args.find((arg) => typeof arg === 'function');
    const proceed = (options) => listen.call(server, options, ...(callback === undefined ? [] : [callback]));
    if (!first) return proceed(beside);
    // A port that another app has opened for sharing could be bound beside it; that it is taken shows only without.
    const probe = new Server();
    probe.once('error', () => proceed(optionsOf(args)));
    listen.call(probe, optionsOf(args), () => close.call(probe, () => proceed(beside)));
  }

  function optionsOf([first, second, third]) {
    if (typeof first === 'object' && first !== null) return first;
    const host = typeof second === 'string' ? second : undefined;
    const backlog = [second, third].find((arg) => typeof arg === 'number');
    return { port: Number(first), host, backlog };
  }

  /** It listens no longer: nor do those that accept for it. Gives its address, if it was one that has places. */
  function absent(server) {
    for (const [key, each] of listening) {
      if (each !== server) continue;
      listening.delete(key);
      for (const name of [...adopted.keys()]) if (name.startsWith(`${key} `)) release(name);
      hear();
      return key;
    }
    return undefined;
  }

  /**
   * Which socket of an address is this instance's. Undefined where all share one: for unix sockets, for ports of the system's
   * choice, and where Node cannot bind several sockets to one port. SO_REUSEPORT, socket(7).
   */
  function placeOf(key) {
    const [major, minor] = process.versions.node.split('.').map(Number);
    const able =
      process.platform === 'linux' && (major > 23 || (major === 23 && minor >= 1) || (major === 22 && minor >= 12));
    return able && /^[1-9]\d* /.test(key) ? process.env.RXVISOR_INSTANCE : undefined;
  }

  /** Undefined for what cannot or must not be shared. The nth port of the system's choice is the same for all. */
  function keyOf([first, second]) {
    if (typeof first === 'object' && first !== null) {
      const { path, port, host, exclusive, fd, _handle, handle } = first;
      if (exclusive || fd !== undefined || _handle || handle || typeof first.close === 'function') return undefined;
      return path === undefined ? portKey(port, host) : path;
    }
    if (typeof first === 'string' && Number.isNaN(Number(first))) return first;
    return portKey(typeof first === 'function' ? 0 : first, typeof second === 'string' ? second : undefined);
  }

  function portKey(port, host = '') {
    const number = Number(port ?? 0);
    return `${number === 0 ? `any ${(anonymous += 1)}` : number} ${host}`;
  }

  subscribe('http.server.request.start', ({ response }) => {
    if (draining) response.shouldKeepAlive = false;
  });

  function onSession(session) {
    sessions.add(session);
    session.once('close', () => sessions.delete(session));
    if (draining) dismiss(session);
  }

  /**
   * Asks the client to use another session; what it had sent before it heard that is still answered. RFC 9113, 6.8: a GOAWAY
   * that names no stream, and after a round trip the final one.
   */
  function dismiss(session) {
    if (session.destroyed) return;
    session.goaway(0, 2 ** 31 - 1);
    setTimeout(() => session.close(), ROUND_TRIP);
  }

  process.on('SIGTERM', onStop);

  function onStop() {
    if (draining) return;
    draining = true;
    const ours = Symbol.for('rxvisor.child');
    const others = process.listeners('SIGTERM').filter((listener) => listener !== onStop && !listener[ours]);
    if (others.length > 0) return;
    // Not the close of http, which ends idle connections: a request may be under way on each.
    for (const server of servers) {
      depart(server);
      if (server.listening) close.call(server, leave);
    }
    for (const session of sessions) dismiss(session);
    leave();
  }

  function leave() {
    if (![...servers].some((server) => server.listening || server._connections > 0)) process.exit(0);
  }
}
