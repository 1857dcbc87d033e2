/**
 * TensorFlow.js keeps its gradients in a file that only bundlers can import: its own imports have
 * no extensions. The registries are global, so importing it once, with the extensions added, serves
 * the package as Node loads it.
 */
import { registerHooks } from 'node:module';

const hooks = registerHooks({
  resolve(specifier, context, next) {
    const isInside = context.parentURL?.includes('@tensorflow/tfjs-core/dist/') && specifier.startsWith('.');
    if (!isInside || specifier.endsWith('.js')) return next(specifier, context);
    try {
      return next(`${specifier}.js`, context);
    } catch {
      return next(`${specifier}/index.js`, context);
    }
  },
});
// Without types: the package declares none for it.
const REGISTRATION: string = '@tensorflow/tfjs-core/dist/register_all_gradients.js';
await import(REGISTRATION);
hooks.deregister();
