/** The model of each record. */
export function modelsOf(records: readonly { readonly value: { readonly model: string } }[]): string[] {
  return records.map(({ value }) => value.model);
}
