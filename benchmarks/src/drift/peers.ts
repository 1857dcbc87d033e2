import { fileURLToPath } from 'node:url';
import type { PythonPeer } from '../harness/python-peers.ts';

const scriptOf = (file: string) => fileURLToPath(new URL(`peer/${file}`, import.meta.url));

/** evidently 0.7 and frouros 0.9 do not run on the newest pandas and numpy. */
export const PEERS: readonly PythonPeer[] = [
  { script: scriptOf('river_scipy.py'), packages: ['river==0.26.1', 'scipy==1.17.1', 'numpy==2.4.6'] },
  { script: scriptOf('evidently_report.py'), packages: ['evidently==0.7.23', 'pandas<3'] },
  { script: scriptOf('frouros_psi.py'), packages: ['frouros==0.9.0'] },
];
