import type { PairedCounts } from './paired-counts.ts';

/**
 * The energy distance √(2 ∫ (F_reference − F_current)²) (Székely and Rizzo, "Energy statistics",
 * 2013), as scipy.stats.energy_distance. Its square is 2 E|X − Y| − E|X − X′| − E|Y − Y′|; unit:
 * root of the values' unit.
 */
export function energyDistance(pair: PairedCounts): number {
  let sumReference = 0;
  let sumCurrent = 0;
  let area = 0;
  for (let i = 0; i + 1 < pair.values.length; i++) {
    sumReference += pair.reference[i] ?? 0;
    sumCurrent += pair.current[i] ?? 0;
    const difference = sumReference / pair.referenceTotal - sumCurrent / pair.currentTotal;
    area += difference * difference * ((pair.values[i + 1] ?? 0) - (pair.values[i] ?? 0));
  }
  return Math.sqrt(2 * area);
}
