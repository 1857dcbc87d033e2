export type { LocalEnv, LocalOptions, LocalPart, LocalProgress, LocalStack } from './local-stack.ts';
export type { PartName } from './parts/part.ts';
export { endProcess } from './processes/end-process.ts';
export { identityOf, isSameProcess, type ProcessIdentity } from './processes/identity.ts';
export { pythonEnvironment } from './python/environment.ts';
export { startLocal } from './start-local.ts';
export { type PartStatus, statusLocal, stopLocal } from './stop-local.ts';
export { type TestStack, testStack } from './test-stack.ts';
export { findJava } from './tools/java.ts';
