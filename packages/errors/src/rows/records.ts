import { type ErrorRow, FAULT, WRONG } from '../row.ts';

/** Records, requests, rows and labels that cannot be handled. */
export const RECORDS = {
  RECORD_NOT_AVRO: {
    meaning: 'A record is not in Confluent wire format or its body does not match its schema.',
    whatToDo:
      'Produce Confluent wire format: a zero byte, the schema id, the Avro body. The record is in dead.letters.',
    ...FAULT,
  },
  RECORD_NOT_UTF8: {
    meaning: 'An id, the key or another text of a record is not valid UTF-8.',
    whatToDo:
      'Produce ids, keys and names as UTF-8: what is replaced by another character would make two ids one. The record is in dead.letters.',
    ...FAULT,
  },
  RECORD_UNKNOWN_SCHEMA: {
    meaning: 'A record names a schema id that the registry does not know.',
    whatToDo: 'Register the schema with the registry that driftloop uses. The record is in dead.letters.',
    ...FAULT,
  },
  RECORD_INVALID: {
    meaning: "A record to be sent does not fit its topic's schema.",
    whatToDo: 'Correct the fields that the message names.',
    ...FAULT,
  },
  RECORD_TOO_LARGE: {
    meaning: 'A record is larger than the broker accepts.',
    whatToDo: 'Split the record or raise `message.max.bytes` of the topic.',
    ...FAULT,
  },
  REQUEST_ID_TOO_LONG: {
    meaning: 'The id of a request or a label has more than 1,024 bytes of UTF-8.',
    whatToDo: 'Send the request and its label under a shorter id. The record is in dead.letters.',
    ...WRONG,
  },
  FEATURES_WRONG_LENGTH: {
    meaning: 'A request has another number of features than the model.',
    whatToDo: 'Send the features of the spec, in its order. The record is in dead.letters.',
    ...WRONG,
    run: 'rejected',
  },
  FEATURE_NOT_FINITE: {
    meaning: 'A feature is NaN where no missing values are allowed, or infinite.',
    whatToDo: 'Send finite values, or set `allowMissing` of the feature. The record is in dead.letters.',
    ...WRONG,
    run: 'rejected',
  },
  FEATURE_MISSING: {
    meaning: 'A request with named columns lacks one of which the spec allows no missing value.',
    whatToDo:
      'Send the column under the name that the spec has, or set `allowMissing` of the feature. The record is in dead.letters.',
    ...WRONG,
    run: 'rejected',
  },
  EVENT_TIME_AHEAD: {
    meaning: 'The event time of a request lies further in the future than its model allows.',
    whatToDo:
      "Send milliseconds since 1970 of when it happened, and check the producer's clock; or raise `window.allowedAheadMs` of the spec. The record is in dead.letters.",
    ...WRONG,
  },
  EVENT_TIME_INVALID: {
    meaning: 'An event time lies before 1970, after 2199, or is no whole number of milliseconds.',
    whatToDo:
      'Send milliseconds since 1970. Shift older series into that range: only differences between event times matter. The record is in dead.letters.',
    ...WRONG,
  },
  ANSWER_MISSING: {
    meaning: 'A request of a model that others serve carries no answer.',
    whatToDo:
      'Send the answer with the request (the field `answer`), or take the model over by a version with an ONNX file: docs/beside.md. The record is in dead.letters.',
    ...WRONG,
  },
  ANSWER_INVALID: {
    meaning: 'The answer that a request carries is none of its model: a class, probabilities or a value.',
    whatToDo:
      'Send a class of the spec, one probability per class or a finite value, of the version that was registered. The record is in dead.letters.',
    ...WRONG,
  },
  PAYLOAD_INVALID: {
    meaning: 'An event of a payload log is none that is read, or its bodies do not fit the model.',
    whatToDo:
      'See the reason: bodies are those of the protocols v1, v2 and Seldon, with the columns of the spec. The event is in dead.letters.',
    ...WRONG,
  },
  PAYLOAD_UNPAIRED: {
    meaning: 'A payload log has one half of a call, and the other did not come in time.',
    whatToDo:
      'Let the logger log both, and calls that fail have no response; or raise `PAYLOADS_WAIT_MS`. The half is on payload.events where the letter says.',
    ...FAULT,
  },
  PREDICTION_FAILED: {
    meaning: 'A version could not be run on a request, or its answer is not finite.',
    whatToDo:
      'See the reason in dead.letters: correct the features, or publish a version that can take them.',
    ...FAULT,
  },
  PREDICTION_DEADLINE: {
    meaning: 'A version took more CPU time on a request than a row may take.',
    whatToDo:
      'Correct the features or the model (a loop that they drive?), or raise `INFERENCE_ROW_CPU_MS`. The record is in dead.letters.',
    ...FAULT,
    endsProcess: true,
  },
  PREDICTION_MEMORY: {
    meaning: 'A version took more memory on a request than a run may take.',
    whatToDo:
      'Correct the features or the model (a shape that they drive?), or raise `INFERENCE_RUN_MEMORY_MB`. The record is in dead.letters.',
    ...FAULT,
    endsProcess: true,
  },
  PREDICTION_HELD: {
    meaning: 'A version has ended its process again and again, and a request to it was not tried.',
    whatToDo: 'Publish or roll back to another version, then send the dead letters again.',
    ...FAULT,
  },
  RUNTIME_CRASHED: {
    meaning: 'A request crashed ONNX Runtime.',
    whatToDo:
      "Correct the features or the model; the service's log has what the process printed. The record is in dead.letters.",
    ...FAULT,
    endsProcess: true,
  },
  SKETCH_INVALID: {
    meaning:
      'A record of drift.sketches is none that a drift service writes: it cannot be read, does not fit the layout that it names, or tells of a partition, an offset or a time that its input does not have.',
    whatToDo:
      'Find out who wrote it. The record is in dead.letters, its rows are counted as left out, and all other windows go on.',
    ...FAULT,
  },
  LABEL_UNMATCHED: {
    meaning: 'A label names a request that is not known.',
    whatToDo: 'Check the request id; the label stays in ClickHouse and in dead.letters.',
    ...FAULT,
  },
  LABEL_INVALID: {
    meaning: 'A label is not one of the classes, or no number that a float32 holds.',
    whatToDo: 'Send a class index below `classes`, or for a regression a number from -3.4e38 to 3.4e38.',
    ...WRONG,
    run: 'rejected',
  },
} satisfies Record<string, ErrorRow>;
