// Node loads this before an instance of a cluster. The instance shares the addresses that it listens on with the others.
//
// - The first instance that listens on an address binds it, and passes the socket to the manager. The manager holds the socket,
//   but accepts no connections. The other instances get that socket. Each instance accepts for itself.
// - Where Node and the system can bind several sockets to one port, each instance binds one for its number (its place). While an
//   instance is away, another one accepts from its socket.
// - At a stop, a program without a handler of its own stops listening. It answers remaining requests on open connections with
//   `connection: close`, and ends with the last connection.
'use strict';

if (process.connected && process.env.RXVISOR_MANAGER_PID === String(process.ppid)) {
  const { subscribe } = require('node:diagnostics_channel');
  const { errorMonitor } = require('node:events');
  const { Server } = require('node:net');
  const { listen, close } = Server.prototype;
  /** How long the end of its session takes to reach a client, in ms. */
  const ROUND_TRIP = 500;
  const servers = new Set();
  /** HTTP/2 sessions: idle ones do not end by themselves. */
  const sessions = new Set();
  const waiting = new Map();
  /** The servers that listen, by address; and the helper servers that accept from the sockets of other instances. */
  const listening = new Map();
  const adopted = new Map();
  let anonymous = 0;
  let draining = false;
  let subscribed = false;
  let alive;

  const send = (message, handle) => {
    // Without the callback, a channel that closes meanwhile would cause an uncaught exception.
    if (process.connected) process.send({ rxvisor: 'share', ...message }, handle, undefined, () => undefined);
  };

  // Node does not pass a message with `cmd: 'NODE_…'` to the program.
  process.on('internalMessage', (message, handle) => {
    if (message.cmd !== 'NODE_RXVISOR') return;
    if (message.rxvisor === 'shared') answered(message, handle);
    if (message.rxvisor === 'adopt' && handle) adopt(message, handle);
    if (message.rxvisor === 'release') release(`${message.key} ${message.place}`);
  });

  // Keeps the program alive while it waits for an answer or serves, and no longer. A listener for the end of the channel keeps it
  // alive, but not after an `unref()` of the channel, as by rxvisor/child. So a timer does that, too.
  const updateKeepAlive = () => {
    const needed = waiting.size > 0 || listening.size > 0;
    if (needed && !subscribed) process.on('disconnect', onDisconnect);
    if (!needed && subscribed) process.off('disconnect', onDisconnect);
    subscribed = needed;
    clearInterval(alive);
    if (waiting.size > 0) alive = setInterval(() => undefined, 60_000);
  };

  const onDisconnect = () => {
    waiting.clear();
    updateKeepAlive();
  };

  const answered = ({ key, first }, handle) => {
    const [proceed, ...others] = waiting.get(key) ?? [];
    if (others.length > 0) waiting.set(key, others);
    else waiting.delete(key);
    // The answer may be too late: the channel was closed meanwhile.
    if (proceed === undefined) handle?.close();
    else proceed(handle, first);
    updateKeepAlive();
  };

  const adopt = ({ key, place }, handle) => {
    const server = listening.get(key);
    if (server === undefined) return handle.close();
    const { allowHalfOpen, pauseOnConnect, noDelay, keepAlive } = server;
    const helper = new Server({ allowHalfOpen, pauseOnConnect, noDelay, keepAlive });
    helper.on('connection', (socket) => {
      // The connection belongs to the server now, which counts it, and waits for it when it closes.
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
    updateKeepAlive();
    send({ step: 'ask', key, place });
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
        send({ step: 'bound', key, place }, this._handle);
      };
      const onError = () => {
        this.off('listening', onListening);
        absent(this);
        send({ step: 'failed', key, place });
      };
      this.prependOnceListener('listening', onListening);
      // A monitor: an error without a handler is still thrown.
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

  /** The server no longer listens. Other instances accept from its socket. */
  function depart(server) {
    const key = absent(server);
    if (key !== undefined) send({ step: 'left', key });
  }

  /** Listens on a socket of its own, beside those of the other instances. */
  function bind(server, args, first) {
    const beside = { ...optionsOf(args), reusePort: true };
    const callback = args.find((arg) => typeof arg === 'function');
    const proceed = (options) => listen.call(server, options, ...(callback === undefined ? [] : [callback]));
    if (!first) return proceed(beside);
    // If another app bound the port with reusePort, a bind with reusePort succeeds. Only a bind without it fails.
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

  /** The server and its helpers no longer listen. Returns its address, if instances have places there. */
  function absent(server) {
    for (const [key, each] of listening) {
      if (each !== server) continue;
      listening.delete(key);
      for (const name of [...adopted.keys()]) if (name.startsWith(`${key} `)) release(name);
      updateKeepAlive();
      return key;
    }
    return undefined;
  }

  /**
   * Which socket of an address belongs to this instance. Undefined if all share one: for unix sockets, for port 0, and where Node
   * cannot bind several sockets to one port. SO_REUSEPORT, socket(7).
   */
  function placeOf(key) {
    const [major, minor] = process.versions.node.split('.').map(Number);
    const able =
      process.platform === 'linux' && (major > 23 || (major === 23 && minor >= 1) || (major === 22 && minor >= 12));
    return able && /^[1-9]\d* /.test(key) ? process.env.RXVISOR_INSTANCE : undefined;
  }

  /** Undefined for an address that cannot or must not be shared. The nth `listen(0)` gets the same port in all instances. */
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
   * Asks the client to use another session. Requests that are already on their way are still answered. RFC 9113, 6.8: a GOAWAY
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
    // Not `close` of http, which ends idle connections: a request may be on its way on each.
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
