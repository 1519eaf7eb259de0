process.on('message', () => undefined);
setInterval(() => undefined, 1_000);
