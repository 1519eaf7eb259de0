// Crashes soon after every start. The delays between its restarts grow.
console.log('all is well');
setTimeout(() => {
  console.error('out of luck');
  process.exit(1);
}, 300);
