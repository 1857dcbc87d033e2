import { DriftloopError, listed } from '@driftloop/errors';
import { copyGraph, copyModel } from '../copy.ts';
import { describeValue } from '../describe.ts';
import type { GraphProto, ModelProto, ValueInfoProto } from '../generated/onnx_pb.js';
import { createValueInfo } from '../graph-builder.ts';
import { graphOf } from '../model.ts';
import { type ClassLabel, classLabels } from './class-labels.ts';
import { classOrder, isCalled } from './class-order.ts';
import { createPiece, importing } from './graph-piece.ts';
import { labelsIn } from './label-answers.ts';
import { type Candidate, columnPerClass, probabilitiesIn, type WantedAnswers } from './probabilities.ts';
import { severalOutputs } from './several-outputs.ts';

/**
 * A file one of whose outputs is, or has been made, what a spec wants, as far as it is declared.
 */
export interface AnswerForm {
  readonly model: ModelProto;
  /** The output, float32 [rows, width] or [rows]. */
  readonly output: string;
  readonly changes: readonly string[];
  /** What the file calls its classes, in the order of the answers; absent when it names none. */
  readonly classes?: readonly ClassLabel[];
}

/**
 * The outputs of a file that may be a spec's answers, the likeliest first: floats [rows, width],
 * dictionaries of a ZipMap, then other floats and shapes. A classifier with none of them answers
 * with its labels: the class that it names has probability 1. Probabilities come in the order of
 * the spec's classes, several outputs in the order of the spec's.
 *
 * @throws DriftloopError MODEL_INVALID when file and spec name different classes
 */
export function answersOf(model: ModelProto, wanted: WantedAnswers): AnswerForm[] {
  const graph = graphOf(model);
  const labels = wanted.classes > 0 ? classLabels(graph) : undefined;
  const columns = columnPerClass(graph, labels, wanted);
  if (columns !== undefined) return [formOf(model, columns, labels, wanted)];
  const fitting = graph.output.flatMap((output) => probabilitiesIn(graph, output, wanted));
  const asTheyAre = fitting.filter(({ make }) => make === undefined);
  const made = fitting.filter(({ make }) => make !== undefined);
  const candidates = [...asTheyAre, ...made];
  const { outputs } = wanted;
  if (outputs !== undefined && outputs.names.length > 1) {
    if (candidates.length === 0) candidates.push(...severalOutputs(graph, outputs.names, outputs.areLabels));
  } else if (candidates.length === 0) {
    requireClasses(labels, wanted);
    if (!graph.output.some((output) => isProbabilities(graph, output)))
      candidates.push(...graph.output.flatMap((output) => labelsIn(output, labels, wanted)));
  }
  return candidates.map((candidate) => formOf(model, candidate, labels, wanted));
}

/** Refuses a file that names another number of classes than the spec. */
function requireClasses(
  labels: readonly ClassLabel[] | undefined,
  { classes, classNames = [] }: WantedAnswers,
) {
  if (labels === undefined || labels.length === classes) return;
  const named = classNames.length > 0 ? ` (${listed(classNames)})` : '';
  throw new DriftloopError(
    'MODEL_INVALID',
    `the ONNX file has ${labels.length} classes (${listed(labels)}), the spec ${classes}${named}; they must be the same`,
  );
}

/**
 * Whether an output is floats or dictionaries, whether or not they fit: no reason to take labels.
 */
function isProbabilities(graph: GraphProto, output: ValueInfoProto): boolean {
  const { type, name } = describeValue(output);
  return (
    type?.startsWith('float') === true ||
    graph.node.some(({ opType, output }) => opType === 'ZipMap' && output.includes(name))
  );
}

function formOf(
  model: ModelProto,
  { given, make, change, width, isOneHot = false }: Candidate,
  labels: readonly ClassLabel[] | undefined,
  { classes, classNames = [] }: WantedAnswers,
): AnswerForm {
  const graph = graphOf(model);
  const piece = createPiece(model);
  let output = make?.(piece) ?? given.name;
  const changes = change === undefined ? [] : [change];
  // One probability is that of class 1, whatever the classes are called.
  const named = labels?.length === classes && width !== 1 ? labels : undefined;
  const order = named && classOrder(named, classNames);
  if (order !== undefined && !isOneHot && order.some((position, i) => position !== i)) {
    output = piece.node('Gather', [output, piece.ints(order)], { axis: 1 }, piece.name('answers'));
    changes.push(`answers come in the order of the spec's classes`);
  }
  if (
    named !== undefined &&
    classNames.length > 0 &&
    !classNames.every((name, i) => isCalled(named[order?.[i] ?? i] ?? '', name))
  )
    changes.push(`classes ${listed(named)} are taken for the spec's ${listed(classNames)}, in this order`);
  const told = order && { classes: order.map((position) => named?.[position] ?? position) };
  if (output === given.name) return { model, output, changes, ...told };
  const declared = createValueInfo(output, {
    type: 'float32',
    ...(width === undefined ? {} : { dims: ['rows', width] }),
  });
  const changed = copyGraph(graph, {
    node: [...graph.node, ...piece.nodes],
    output: graph.output.map((one) => (one === given ? declared : one)),
  });
  return { model: importing(copyModel(model, { graph: changed }), piece.nodes), output, changes, ...told };
}
