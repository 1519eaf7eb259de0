// Loaded by Node ahead of an instance of a cluster. What it listens on is shared with the other instances: the first to
// listen on an address binds it and hands the socket to the manager, which holds it without accepting from it; all others get
// that socket. Each accepts for itself. Asked to stop, a program that does not see to that itself stops listening, answers
// what it is still asked on the connections it has, with `connection: close`, and ends with the last of them.
'use strict';

if (process.connected && process.env.RXVISOR_MANAGER_PID === String(process.ppid)) {
  const { subscribe } = require('node:diagnostics_channel');
  const { errorMonitor } = require('node:events');
  const { Server } = require('node:net');
  const { listen, close } = Server.prototype;
  const servers = new Set();
  const waiting = new Map();
  let anonymous = 0;
  let draining = false;

  const tell = (message, handle) => {
    // The callback is there so that a channel that closes meanwhile is no uncaught exception.
    if (process.connected) process.send({ rxvisor: 'share', ...message }, handle, undefined, () => undefined);
  };

  const onMessage = (message, handle) => {
    if (message?.rxvisor !== 'shared' || !waiting.has(message.key)) return;
    const [proceed] = waiting.get(message.key);
    waiting.get(message.key).shift();
    if (waiting.get(message.key).length === 0) waiting.delete(message.key);
    if (waiting.size === 0) rest();
    proceed(handle);
  };

  // A program lives as long as an answer is to come, and no longer. Listening for messages does not see to that where
  // somebody, as rxvisor/child does, has let go of the channel for good: a timer does.
  let alive;
  const rest = () => {
    clearInterval(alive);
    process.off('message', onMessage);
    process.off('disconnect', rest);
  };

  const ask = (key, proceed) => {
    if (waiting.size === 0) {
      alive = setInterval(() => undefined, 60_000);
      process.on('message', onMessage);
      process.on('disconnect', rest);
    }
    waiting.set(key, [...(waiting.get(key) ?? []), proceed]);
    tell({ step: 'ask', key });
  };

  Server.prototype.listen = function (...args) {
    const key = keyOf(args);
    servers.add(this);
    this.once('close', () => servers.delete(this));
    if (key === undefined || !process.connected) return listen.apply(this, args);
    ask(key, (handle) => {
      if (handle !== undefined && handle !== null) {
        const callback = args.find((arg) => typeof arg === 'function');
        if (callback !== undefined) this.once('listening', callback);
        listen.call(this, handle);
        return;
      }
      const onListening = () => {
        this.off(errorMonitor, onError);
        tell({ step: 'bound', key }, this._handle);
      };
      const onError = () => {
        this.off('listening', onListening);
        tell({ step: 'failed', key });
      };
      this.prependOnceListener('listening', onListening);
      // A monitor: an error that nobody handles is still thrown.
      this.once(errorMonitor, onError);
      listen.apply(this, args);
    });
    return this;
  };

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

  process.on('SIGTERM', onStop);

  function onStop() {
    if (draining) return;
    draining = true;
    const ours = Symbol.for('rxvisor.child');
    const others = process.listeners('SIGTERM').filter((listener) => listener !== onStop && !listener[ours]);
    if (others.length > 0) return;
    // Not the close of http, which ends idle connections: a request may be under way on each.
    for (const server of servers) if (server.listening) close.call(server, leave);
    leave();
  }

  function leave() {
    if (![...servers].some((server) => server.listening || server._connections > 0)) process.exit(0);
  }
}
