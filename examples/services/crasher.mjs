// Crashes soon after its start, every time: see how the waits between its restarts grow.
console.log('all is well');
setTimeout(() => {
  console.error('out of luck');
  process.exit(1);
}, 300);
