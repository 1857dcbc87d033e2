/** What a record says, as text, without the named columns: those of the wall clock. */
export function contentOf(value: object, without: readonly string[]): string {
  return JSON.stringify(value, (name, field) => {
    if (without.includes(name)) return undefined;
    if (ArrayBuffer.isView(field)) return [...(field as Float32Array)];
    return field;
  });
}
