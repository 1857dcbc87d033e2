import { copyNode, floatAttribute, type GraphBuilder, type NodeProto } from '@driftloop/onnx';
import { hasDisjointWindows } from '../gradients/window.ts';

/** What the forward pass does differently when it is trained. */
export interface ForwardMode {
  /** Dropout nodes drop. */
  readonly dropout: boolean;
  /** BatchNormalization nodes use the statistics of the batch. */
  readonly batchStatistics: boolean;
}

/**
 * A running statistic: an initializer of the model and the value that gives what comes after this
 * batch.
 */
export interface RunningStatistic {
  readonly name: string;
  readonly next: string;
}

/**
 * Appends a node of the model in the form that its gradient needs: with the extra outputs that it
 * reads, Dropout as Identity unless it is active, batch statistics written out as operators.
 * Returns running statistics that the node updates.
 */
export function appendForTraining(
  builder: GraphBuilder,
  node: NodeProto,
  mode: ForwardMode,
): RunningStatistic[] {
  const output = (index: number) => node.output[index] || builder.unique(`${node.output[0]}_${index}`);
  switch (node.opType) {
    case 'MaxPool':
      // The maxima's indices, where the gradient needs them.
      if (hasDisjointWindows(node, builder.dims(node.input[0] ?? ''))) builder.append(node);
      else builder.append(copyNode(node, { output: [output(0), output(1)] }));
      return [];
    case 'LayerNormalization':
      builder.append(copyNode(node, { output: [output(0), output(1), output(2)] }));
      return [];
    case 'Dropout':
      appendDropout(builder, node, mode.dropout, output(1));
      return [];
    case 'BatchNormalization':
      if (mode.batchStatistics) return appendBatchNormalization(builder, node);
      builder.append(copyNode(node, { output: [output(0)] }));
      return [];
    default:
      builder.append(node);
      return [];
  }
}

function appendDropout(builder: GraphBuilder, node: NodeProto, active: boolean, mask: string): void {
  const [x = '', ratio = ''] = node.input;
  const [y = ''] = node.output;
  if (!active) {
    builder.node('Identity', [x], {}, y);
    return;
  }
  const on = builder.node('Cast', [builder.int(1)], { to: 9 });
  builder.nodes('Dropout', [x, ratio === '' ? builder.float(0.5) : ratio, on], {}, [y, mask]);
}

/**
 * Ioffe and Szegedy 2015, algorithm 1; running statistics as ONNX defines them (momentum on the old
 * value, population variance).
 */
function appendBatchNormalization(builder: GraphBuilder, node: NodeProto): RunningStatistic[] {
  const emit = builder.node.bind(builder);
  const [x = '', scale = '', bias = '', mean = '', variance = ''] = node.input;
  const rank = builder.dims(x).length;
  const axes = Array.from({ length: rank }, (_, axis) => axis).filter((axis) => axis !== 1);
  const share = emit('Div', [floatSize(builder, scale), floatSize(builder, x)]);
  const average = (value: string) =>
    emit('Mul', [emit('ReduceSum', [value, builder.int(axes)], { keepdims: 1 }), share]);
  const perChannel = (value: string) =>
    emit('Reshape', [value, builder.int([1, -1, ...axes.slice(1).map(() => 1)])]);
  const batchMean = average(x);
  const centred = emit('Sub', [x, batchMean]);
  const batchVariance = average(emit('Mul', [centred, centred]));
  const epsilon = builder.float(floatAttribute(node, 'epsilon', 1e-5));
  const normal = emit('Div', [centred, emit('Sqrt', [emit('Add', [batchVariance, epsilon])])]);
  const scaled = emit('Mul', [normal, perChannel(scale)]);
  emit('Add', [scaled, perChannel(bias)], {}, node.output[0]);

  const momentum = floatAttribute(node, 'momentum', 0.9);
  const running = (name: string, batch: string): RunningStatistic => {
    const kept = emit('Mul', [name, builder.float(momentum)]);
    const flat = emit('Reshape', [batch, builder.int([-1])]);
    return { name, next: emit('Add', [kept, emit('Mul', [flat, builder.float(1 - momentum)])]) };
  };
  return [running(mean, batchMean), running(variance, batchVariance)];
}

function floatSize(builder: GraphBuilder, value: string): string {
  return builder.node('Cast', [builder.node('Size', [value])], { to: 1 });
}
