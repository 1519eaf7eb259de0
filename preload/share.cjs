// Node loads this before an instance of a cluster. It shares what the instance listens on with the other instances.
//
// The first instance that listens on an address binds a socket and sends it to the manager, which holds it but does not accept
// from it. If one port can have several sockets, each instance binds one for its place (its instance number), and accepts from
// the sockets of other instances while those do not listen. Otherwise the manager sends the first socket to all others.
//
// On SIGTERM, unless the program handles it: stop listening, answer open connections with `connection: close`, and exit after the
// last one.
'use strict';

if (process.connected && process.env.RXVISOR_MANAGER_PID === String(process.ppid)) {
  const { subscribe } = require('node:diagnostics_channel');
  const { errorMonitor } = require('node:events');
  const { Server } = require('node:net');
  const { listen, close } = Server.prototype;
  /** Ms between the two GOAWAY frames of an HTTP/2 session: the client needs the time to get the first one. */
  const ROUND_TRIP = 500;
  const servers = new Set();
  /** HTTP/2 sessions. They do not end by themselves, however long they are idle. */
  const sessions = new Set();
  /** By address: callbacks for the answers of the manager. */
  const waiting = new Map();
  /** By address: the servers that listen on a socket of their own. */
  const listening = new Map();
  /** By address and place: helper servers that accept from the sockets of other instances. */
  const adopted = new Map();
  let anonymous = 0;
  let draining = false;
  let watchesChannel = false;
  let keepAliveTimer;

  const notify = (message, handle) => {
    // Without the callback, a channel that closes meanwhile would cause an uncaught exception.
    if (process.connected) process.send({ rxvisor: 'share', ...message }, handle, undefined, () => undefined);
  };

  // Node hides messages whose `cmd` begins with NODE_ from the program.
  process.on('internalMessage', (message, handle) => {
    if (message.cmd !== 'NODE_RXVISOR') return;
    if (message.rxvisor === 'shared') onShared(message, handle);
    if (message.rxvisor === 'adopt' && handle) adopt(message, handle);
    if (message.rxvisor === 'release') release(`${message.key} ${message.place}`);
  });

  // Keeps the program alive while it waits for an answer or serves, and no longer. A listener for `disconnect` is not enough if
  // the channel is unreferenced, as rxvisor/child does. Then the timer keeps it alive.
  const updateKeepAlive = () => {
    const needed = waiting.size > 0 || listening.size > 0;
    if (needed && !watchesChannel) process.on('disconnect', onDisconnect);
    if (!needed && watchesChannel) process.off('disconnect', onDisconnect);
    watchesChannel = needed;
    clearInterval(keepAliveTimer);
    if (waiting.size > 0) keepAliveTimer = setInterval(() => undefined, 60_000);
  };

  const onDisconnect = () => {
    waiting.clear();
    updateKeepAlive();
  };

  const onShared = ({ key, first }, handle) => {
    const [proceed, ...others] = waiting.get(key) ?? [];
    if (others.length > 0) waiting.set(key, others);
    else waiting.delete(key);
    // The channel may have been closed meanwhile.
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
      // The connection now belongs to the server, which counts it and waits for it when it closes.
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

  const requestSocket = (key, place, proceed) => {
    waiting.set(key, [...(waiting.get(key) ?? []), proceed]);
    updateKeepAlive();
    notify({ step: 'ask', key, place });
  };

  Server.prototype.listen = function (...args) {
    const key = keyOf(args);
    servers.add(this);
    this.once('close', () => servers.delete(this));
    this.off('session', onSession).on('session', onSession);
    if (key === undefined || !process.connected) return listen.apply(this, args);
    const place = placeOf(key);
    requestSocket(key, place, (handle, first) => {
      if (place !== undefined) listening.set(key, this);
      if (handle !== undefined && handle !== null) {
        const callback = args.find((arg) => typeof arg === 'function');
        if (callback !== undefined) this.once('listening', callback);
        listen.call(this, handle);
        return;
      }
      const onListening = () => {
        this.off(errorMonitor, onError);
        notify({ step: 'bound', key, place }, this._handle);
      };
      const onError = () => {
        this.off('listening', onListening);
        removeServer(this);
        notify({ step: 'failed', key, place });
      };
      this.prependOnceListener('listening', onListening);
      // An errorMonitor listener: an error without another listener is still thrown.
      this.once(errorMonitor, onError);
      if (place === undefined) listen.apply(this, args);
      else bindOwnSocket(this, args, first);
    });
    return this;
  };

  Server.prototype.close = function (...args) {
    withdraw(this);
    return close.apply(this, args);
  };

  /** The server stops listening. The manager lets another instance accept from its socket. */
  function withdraw(server) {
    const key = removeServer(server);
    if (key !== undefined) notify({ step: 'left', key });
  }

  /** Binds a socket for this instance, with `reusePort`. */
  function bindOwnSocket(server, args, first) {
    const shared = { ...optionsOf(args), reusePort: true };
    const callback = args.find((arg) => typeof arg === 'function');
    const proceed = (options) => listen.call(server, options, ...(callback === undefined ? [] : [callback]));
    if (!first) return proceed(shared);
    // Another app may share the port by SO_REUSEPORT too. Only a bind without `reusePort` shows that the port is in use.
    const probe = new Server();
    probe.once('error', () => proceed(optionsOf(args)));
    listen.call(probe, optionsOf(args), () => close.call(probe, () => proceed(shared)));
  }

  function optionsOf([first, second, third]) {
    if (typeof first === 'object' && first !== null) return first;
    const host = typeof second === 'string' ? second : undefined;
    const backlog = [second, third].find((arg) => typeof arg === 'number');
    return { port: Number(first), host, backlog };
  }

  /** Removes a server and its helpers. Returns its address, if its instances have sockets of their own. */
  function removeServer(server) {
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
   * The place of this instance at an address: its instance number. Undefined if all instances share one socket: for unix sockets,
   * for ports that the system chooses, and if Node cannot bind several sockets to one port. SO_REUSEPORT, socket(7)
   */
  function placeOf(key) {
    const [major, minor] = process.versions.node.split('.').map(Number);
    const isSupported =
      process.platform === 'linux' && (major > 23 || (major === 23 && minor >= 1) || (major === 22 && minor >= 12));
    return isSupported && /^[1-9]\d* /.test(key) ? process.env.RXVISOR_INSTANCE : undefined;
  }

  /** The address as a key. Undefined if it cannot be shared. The nth port that the system chooses is the same for all instances. */
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
    if (draining) closeSession(session);
  }

  /**
   * Asks the client to open another session, and answers requests that are on their way. RFC 9113, 6.8: first a GOAWAY with the
   * maximum stream id, and after a round trip the final one.
   */
  function closeSession(session) {
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
    // Not the `close` of http.Server: it ends idle connections, and a request may be on its way on each.
    for (const server of servers) {
      withdraw(server);
      if (server.listening) close.call(server, exitWhenIdle);
    }
    for (const session of sessions) closeSession(session);
    exitWhenIdle();
  }

  function exitWhenIdle() {
    if (![...servers].some((server) => server.listening || server._connections > 0)) process.exit(0);
  }
}
