import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * Generates src/generated/onnx_pb.{js,d.ts} from the onnx-ml.proto that the `onnx` wheel on PyPI
 * carries (Apache-2.0). A development tool, run by hand when the ONNX version below changes:
 * `node packages/onnx/scripts/generate.ts`. Needs python3 with venv and pip. JavaScript with
 * declarations is generated, not TypeScript, because generated TypeScript has enums and Node only
 * strips types.
 */
const ONNX_VERSION = '1.23.2';

const packageRoot = join(dirname(fileURLToPath(import.meta.url)), '..');
const folder = mkdtempSync(join(tmpdir(), 'onnx-proto-'));
try {
  const python = join(folder, 'venv/bin/python');
  execFileSync('python3', ['-m', 'venv', join(folder, 'venv')], { stdio: 'inherit' });
  execFileSync(python, ['-m', 'pip', 'install', '-q', '--no-deps', `onnx==${ONNX_VERSION}`], {
    stdio: 'inherit',
  });
  const find = 'import importlib.util as u; print(u.find_spec("onnx").submodule_search_locations[0])';
  const source = execFileSync(python, ['-c', find], { encoding: 'utf8' }).trim();
  mkdirSync(join(folder, 'proto'));
  copyFileSync(join(source, 'onnx-ml.proto'), join(folder, 'proto/onnx.proto'));
  const template = {
    version: 'v2',
    plugins: [
      {
        local: join(packageRoot, 'node_modules/.bin/protoc-gen-es'),
        out: join(packageRoot, 'src/generated'),
        opt: ['target=js+dts', 'import_extension=js'],
      },
    ],
  };
  writeFileSync(join(folder, 'buf.gen.yaml'), JSON.stringify(template));
  writeFileSync(join(folder, 'buf.yaml'), JSON.stringify({ version: 'v2', modules: [{ path: 'proto' }] }));
  execFileSync(join(packageRoot, 'node_modules/.bin/buf'), ['generate'], { cwd: folder, stdio: 'inherit' });
} finally {
  rmSync(folder, { recursive: true, force: true });
}
