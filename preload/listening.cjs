// Node loads this before a program with `ready: 'listening'`. It informs the manager when the first server listens. A process
// that the program forks inherits this module with the arguments of Node, but its parent is not the manager: it sends nothing.
'use strict';

if (process.connected && process.env.RXVISOR_MANAGER_PID === String(process.ppid)) {
  const { Server } = require('node:net');
  const { listen } = Server.prototype;
  Server.prototype.listen = function (...args) {
    this.once('listening', () => {
      if (Server.prototype.listen !== listen) Server.prototype.listen = listen;
      // Without the callback, a channel that closes meanwhile would cause an uncaught exception.
      if (process.connected) process.send({ rxvisor: 'listening' }, undefined, undefined, () => undefined);
    });
    return listen.apply(this, args);
  };
}
