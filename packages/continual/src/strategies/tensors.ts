/** Named tensors of one kind inside a memory's state, for example all of `ewc/anchor`. */
export function readTensors(
  state: ReadonlyMap<string, Float32Array>,
  kind: string,
): Map<string, Float32Array> {
  const tensors = new Map<string, Float32Array>();
  for (const [name, values] of state) {
    if (name.startsWith(`${kind}/`)) tensors.set(name.slice(kind.length + 1), values);
  }
  return tensors;
}

/** The state with the tensors of one kind replaced. */
export function writeTensors(
  state: ReadonlyMap<string, Float32Array>,
  kind: string,
  tensors: ReadonlyMap<string, Float32Array>,
): Map<string, Float32Array> {
  const written = new Map<string, Float32Array>();
  for (const [name, values] of state) if (!name.startsWith(`${kind}/`)) written.set(name, values);
  for (const [name, values] of tensors) written.set(`${kind}/${name}`, values);
  return written;
}

/** Inner product over all tensors that both have. */
export function dot(
  left: ReadonlyMap<string, Float32Array>,
  right: ReadonlyMap<string, Float32Array>,
): number {
  let sum = 0;
  for (const [name, a] of left) {
    const b = right.get(name);
    if (b === undefined) continue;
    for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  }
  return sum;
}

/** base + Σ factorₖ · tensorsₖ. */
export function combine(
  base: ReadonlyMap<string, Float32Array>,
  others: readonly (readonly [factor: number, tensors: ReadonlyMap<string, Float32Array>])[],
): Map<string, Float32Array> {
  const result = new Map<string, Float32Array>();
  for (const [name, values] of base) {
    const sum = values.slice();
    for (const [factor, tensors] of others) {
      const term = tensors.get(name);
      if (term === undefined) continue;
      for (let i = 0; i < sum.length; i++) sum[i]! += factor * term[i]!;
    }
    result.set(name, sum);
  }
  return result;
}
