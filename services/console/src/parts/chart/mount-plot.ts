import 'uplot/dist/uPlot.min.css';
import uPlot from 'uplot';

/**
 * Draws a plot into an element, as wide as that is, now and when it grows or shrinks.
 *
 * @returns takes it away
 */
export function mountPlot(
  element: HTMLElement,
  { height, ...options }: Omit<uPlot.Options, 'width'>,
  data: uPlot.AlignedData,
): () => void {
  const size = () => ({ width: element.clientWidth, height });
  const plot = new uPlot({ ...size(), ...options }, data, element);
  const resize = new ResizeObserver(() => plot.setSize(size()));
  resize.observe(element);
  return () => {
    resize.disconnect();
    plot.destroy();
  };
}
