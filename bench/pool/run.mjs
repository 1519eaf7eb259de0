// One contender, one load: prints the rate and the latencies. A contender's `ask` calls back with the answer.
const [name, text] = process.argv.slice(2);
const job = JSON.parse(text);
const { ask, close, mirror } = await (await import(`./contenders/${name}.mjs`)).open();

console.log(JSON.stringify(job.stream ? await streamed() : await asked()));
await close?.();
process.exit();

async function asked() {
  const { outstanding, seconds, bytes } = job;
  const buffer = bytes && Buffer.alloc(bytes, 7);
  await load(0.5);
  const start = performance.now();
  const latencies = await load(seconds);
  const rate = latencies.length / ((performance.now() - start) / 1_000);
  latencies.sort((a, b) => a - b);
  const at = (q) => latencies[Math.floor((latencies.length - 1) * q)];
  return { rate, p50: at(0.5), p99: at(0.99) };

  function load(seconds) {
    const latencies = [];
    const end = performance.now() + seconds * 1_000;
    let out = 0;
    let n = 0;
    return new Promise((resolve, reject) => {
      const one = () => {
        const begun = performance.now();
        const sent = (n += 1);
        out += 1;
        ask(buffer ?? { n: sent }, (answer) => {
          out -= 1;
          if (buffer ? length(answer) !== bytes : answer.n !== sent) reject(new Error(`${name} answered wrongly`));
          const now = performance.now();
          latencies.push(now - begun);
          if (now < end) one();
          else if (out === 0) resolve(latencies);
        });
      };
      for (let count = 0; count < outstanding; count += 1) one();
    });
  }
}

/** Those that send JSON make an object of a Buffer. */
function length(answer) {
  return answer.length ?? answer.data?.length;
}

async function streamed() {
  await mirror(2 ** 26);
  const before = process.memoryUsage.rss();
  let most = before;
  const looking = setInterval(() => (most = Math.max(most, process.memoryUsage.rss())), 20);
  const start = performance.now();
  const bytes = await mirror(job.stream);
  clearInterval(looking);
  return { bytes, seconds: (performance.now() - start) / 1_000, growth: most - before };
}
