import { averageModule, boundModule } from './bound-kernel.ts';

/** A part of linear memory, zeros or what was there before, and the kernels that work on it. */
export interface BoundMemory {
  readonly buffer: ArrayBufferLike;
  /** First byte, a multiple of 64. */
  readonly address: number;
  /** Takes steps, see `boundModule`, for tables of any change or of rises only. */
  readonly takeSteps: Readonly<Record<'any' | 'rise', TakeSteps>>;
  /** See `averageModule`. */
  readonly average: Average;
}

type TakeSteps = (step: number, end: number, born: number, stride: number, bytes: number) => void;
type Average = (shares: number, end: number, values: number, means: number, bytes: number) => void;
/** What is compiled once. */
type Modules = Readonly<Record<'any' | 'rise' | 'average', WebAssembly.Module>>;

/** A linear memory that many share, because each takes 8 GiB of addresses. It never grows. */
interface Arena {
  readonly memory: WebAssembly.Memory;
  readonly kernels: Pick<BoundMemory, 'takeSteps' | 'average'>;
  /** Parts that came back, and where nothing was ever given away. */
  readonly free: Part[];
  end: number;
  /** Parts in use. */
  used: number;
}

interface Part {
  readonly arena: Arena;
  readonly address: number;
  readonly bytes: number;
}

const PAGE_BYTES = 65_536;
const ARENA_BYTES = 2 ** 24;
const ALIGNMENT = 64;

let arenas: readonly Arena[] = [];
let modules: Modules | undefined;
const owners = new FinalizationRegistry(giveBack);

/**
 * A part of so many bytes, for as long as `owner` is reachable.
 *
 * @returns undefined where WebAssembly, its SIMD instructions or the address space are missing
 */
export function boundMemory(bytes: number, owner: object): BoundMemory | undefined {
  const part = takePart(Math.ceil(bytes / ALIGNMENT) * ALIGNMENT);
  if (!part) return undefined;
  owners.register(owner, part, part);
  const { memory, kernels } = part.arena;
  return { buffer: memory.buffer, address: part.address, ...kernels };
}

function takePart(bytes: number): Part | undefined {
  for (const arena of arenas) {
    const at = arena.free.findIndex((part) => part.bytes === bytes);
    const [again] = at < 0 ? [] : arena.free.splice(at, 1);
    if (again) arena.used++;
    if (again) return again;
  }
  const arena = arenas.find(({ end, memory }) => end + bytes <= memory.buffer.byteLength) ?? openArena(bytes);
  if (!arena) return undefined;
  const address = arena.end;
  arena.end += bytes;
  arena.used++;
  return { arena, address, bytes };
}

function openArena(bytes: number): Arena | undefined {
  const own = compiled();
  if (!own) return undefined;
  try {
    const pages = Math.ceil(Math.max(bytes, ARENA_BYTES) / PAGE_BYTES);
    const memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
    const start = <Run>(module: WebAssembly.Module) =>
      new WebAssembly.Instance(module, { env: { memory } }).exports.run as Run;
    const kernels = {
      takeSteps: { any: start<TakeSteps>(own.any), rise: start<TakeSteps>(own.rise) },
      average: start<Average>(own.average),
    };
    const arena: Arena = { memory, kernels, free: [], end: 0, used: 0 };
    arenas = [...arenas, arena];
    return arena;
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function compiled(): Modules | undefined {
  if (modules || typeof WebAssembly === 'undefined') return modules;
  const any = boundModule(false);
  if (!WebAssembly.validate(any)) return undefined;
  const compile = (bytes: Uint8Array) => new WebAssembly.Module(bytes);
  modules = { any: compile(any), rise: compile(boundModule(true)), average: compile(averageModule()) };
  return modules;
}

function giveBack(part: Part): void {
  const { arena } = part;
  arena.used--;
  arena.free.push(part);
  if (arena.used > 0) return;
  arena.free.length = 0;
  arena.end = 0;
  // One is kept for who comes next.
  if (arenas.length > 1) arenas = arenas.filter((other) => other !== arena);
}
