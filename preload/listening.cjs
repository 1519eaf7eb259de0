// Node loads this before a program with `ready: 'listening'`. It reports to the manager when the first server listens.
// Forks of the program inherit it with Node's arguments, and report nothing: the manager is not their parent.
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
