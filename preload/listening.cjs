// Loaded by Node ahead of a program with `ready: 'listening'`: tells the manager when its first server listens. What the
// program forks inherits this with Node's arguments, and tells nothing: the manager is not its parent.
'use strict';

if (process.connected && process.env.RXVISOR_MANAGER_PID === String(process.ppid)) {
  const { Server } = require('node:net');
  const { listen } = Server.prototype;
  Server.prototype.listen = function (...args) {
    this.once('listening', () => {
      if (Server.prototype.listen !== listen) Server.prototype.listen = listen;
      // The callback is there so that a channel that closes meanwhile is no uncaught exception.
      if (process.connected) process.send({ rxvisor: 'listening' }, undefined, undefined, () => undefined);
    });
    return listen.apply(this, args);
  };
}
