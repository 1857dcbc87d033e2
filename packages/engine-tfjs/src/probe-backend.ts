import { loadBackend, PREFERRED } from './backend.ts';

/**
 * Run as a script: tries the backend that it is given and prints `ok` with its version, or what is
 * wrong.
 */
async function probe(name: string | undefined): Promise<string> {
  const backend = PREFERRED.find((known) => known === name);
  if (backend === undefined) return 'no such backend';
  const { tf, version } = await loadBackend(backend, 1);
  const [sum] = await tf.add(tf.tensor1d([1]), tf.tensor1d([2])).data();
  return sum === 3 ? `ok ${version}` : `1 + 2 came out as ${sum}`;
}

console.log(await probe(process.argv[2]).catch((error: Error) => error.message));
