// Generated from avro/*.avsc by `pnpm generate`. Do not edit.
export type CommandAnswerState = 'claimed' | 'answered' | 'released';

/** What was answered to a call with an Idempotency-Key, so that the same call again gets the same. */
export interface CommandAnswer {
  /** Hash of the caller and the key; also the record key. */
  readonly callId: string;
  /** Hash of the call: method, path and body. */
  readonly requestSha256: string;
  /** Of whoever carries it out: the first in the log does. */
  readonly claimId: string;
  /** released: nothing was done, the key is free again. */
  readonly state: CommandAnswerState;
  /** Wall clock. */
  readonly at: number;
  /** HTTP status. */
  readonly status: number;
  /** The answer, JSON. */
  readonly body: string;
}

export type AuditVia = 'root' | 'token' | 'session' | 'everybody' | 'anonymous' | 'cli';

export type AuditOutcome = 'done' | 'refused' | 'failed';

/** Somebody changed something, or wanted to. Never a secret, never a body. */
export interface AuditEntry {
  /** Unique; also the record key. */
  readonly auditId: string;
  /** Wall clock. */
  readonly at: number;
  /** Who: name of the token, the session's person, the user of the command line; empty for somebody unknown. */
  readonly actor: string;
  /** How they were known. root: GATEWAY_TOKEN. everybody: no token is needed. anonymous: by nothing. */
  readonly via: AuditVia;
  /** Of the token or session; empty for none. */
  readonly tokenId: string;
  /** That they had; empty for none. */
  readonly role: string;
  /** What: method and route, rpc, or command. */
  readonly action: string;
  /** What it was about: the path as it was called; empty for none. */
  readonly target: string;
  /** Model; empty for none. */
  readonly model: string;
  /** Version. */
  readonly version: null | number;
  /** Why, as they said. */
  readonly reason: string;
  /** refused: they may not. failed: it was not valid, or something was in the way. */
  readonly outcome: AuditOutcome;
  /** HTTP status; 0 for a command. */
  readonly status: number;
  /** Error code; empty where it was done. */
  readonly code: string;
  /** What there was before, JSON. */
  readonly before: null | string;
  /** What there is after, JSON. */
  readonly after: null | string;
  /** Where the call came from; empty for a command. */
  readonly remoteAddress: string;
}

export type AccessTokenKind = 'token' | 'session' | 'code';

export type AccessRole = 'viewer' | 'operator' | 'admin';

/** Something by which a caller of the gateway is known. The newest record of one holds, but what has ended stays ended. */
export interface AccessToken {
  /** Id, no secret; also the record key. */
  readonly tokenId: string;
  /** token: an API token. session: a browser's cookie. code: of a login link, for one session. */
  readonly kind: AccessTokenKind;
  /** Who calls by it; stands in the audit log. */
  readonly name: string;
  /** SHA-256 of the secret, hex. The secret itself is nowhere. */
  readonly sha256: string;
  /** What it may do. */
  readonly role: AccessRole;
  /** Models that it is for; null for all. */
  readonly models: null | readonly string[];
  /** What a session was begun with: a token or a code; it ends with it. */
  readonly parentId: null | string;
  /** Wall clock. */
  readonly createdAt: number;
  /** Who made it. */
  readonly createdBy: string;
  /** Not valid from then on; null for never. */
  readonly expiresAt: null | number;
  /** When it was revoked, a session left or a code used; null while it holds. */
  readonly endedAt: null | number;
  /** Who ended it; of a code the session that it began. */
  readonly endedBy: string;
}

/** When a token was last used, about: it is told at most once a minute. */
export interface AccessUse {
  /** The token; also the record key. */
  readonly tokenId: string;
  /** Wall clock. */
  readonly at: number;
  /** Where the call came from. */
  readonly remoteAddress: string;
}

/** A record that could not be handled, as it came. It can be sent again from here. */
export interface DeadLetter {
  /** Topic it came on, without prefix. */
  readonly topic: string;
  /** Partition. */
  readonly partition: number;
  /** Offset. */
  readonly offset: number;
  /** Original key. */
  readonly key: null | Uint8Array;
  /** Original bytes. */
  readonly value: null | Uint8Array;
  /** Stable error code. */
  readonly code: string;
  /** What was wrong and what to do. */
  readonly reason: string;
  /** Service that gave up. */
  readonly service: string;
  /** Wall clock. */
  readonly at: number;
}

export type Signal = 'data' | 'prediction' | 'concept';

export interface InputPosition {
  /** Input partition. */
  readonly partition: number;
  /** One past the last input offset seen. */
  readonly offset: number;
}

/** One test of one window against the version's reference. */
export interface DriftSignal {
  /** Name of the model; also the record key. */
  readonly model: string;
  /** Version whose reference was tested against. */
  readonly version: number;
  /** Start of the window, inclusive. */
  readonly windowStart: number;
  /** End of the window, exclusive. */
  readonly windowEnd: number;
  /** data, prediction or concept. */
  readonly signal: Signal;
  /** Registered name of the detector, for example ks, psi, adwin. */
  readonly detector: string;
  /** Feature the test looked at; empty for all together. */
  readonly feature: string;
  /** The detector's statistic. */
  readonly statistic: number;
  /** Where the detector has one. */
  readonly pValue: null | number;
  /** The statistic counts as drift beyond this. */
  readonly threshold: number;
  /** What the statistic is without drift: the reference's value, or what chance alone gives. */
  readonly expected: null | number;
  /** Where the test estimates something: its statistic lies between here and `upper`, with 95 % confidence. */
  readonly lower?: null | number;
  /** See `lower`. */
  readonly upper?: null | number;
  /** What of it stands out, from where to where, in words; empty where the numbers say it all. */
  readonly detail: string;
  /** Rows in the window. */
  readonly n: number;
  /** 0 (like the reference) to 1 (certain drift), comparable between detectors. */
  readonly severity: number;
  /** Whether the detector alone would call it drift. */
  readonly drifted: boolean;
  /** Event time at which the detector believes that it began. */
  readonly changePoint: null | number;
  /** Earliest plausible event time of it, where the detector has one. */
  readonly changePointFrom?: null | number;
  /** Latest plausible event time of it, where the detector has one. */
  readonly changePointTo?: null | number;
  /** Version that answered the same requests in shadow, where the test compares the live version with one. */
  readonly rival: null | number;
  /** The window's evidence as an e-value, where the test has one: its mean is at most 1 while nothing is wrong. */
  readonly eValue: null | number;
  /** Position among the results of this window and signal, from 0. */
  readonly ordinal: number;
  /** How many results this window and signal have; with the last one the window is complete. */
  readonly total: number;
  /** Rows that came too late for this window's signal so far. */
  readonly late: number;
  /** Rows left out so far: their windows lay too far ahead of all others, or their chunk could not be read. */
  readonly ahead: number;
  /** How far the service's input had been read when the window closed. */
  readonly through: readonly InputPosition[];
}

export interface WindowSketch {
  /** Start of the tumbling window, inclusive. */
  readonly start: number;
  /** Version that answered the rows; for the data signal the one that was live, whose reference they are tested against. */
  readonly version: number;
  /** Hash of the sketch layout; only equal layouts merge. */
  readonly layout: string;
  /** Rows in the sketch. */
  readonly n: number;
  /** Encoded sketch, see packages/drift. */
  readonly sketch: Uint8Array;
}

export interface PartitionClock {
  /** Input partition. */
  readonly partition: number;
  /** Every chunk that begins before this offset has been written. */
  readonly end: number;
  /** No chunk that comes has a smaller log time, epoch milliseconds. */
  readonly time: number;
}

/** What the drift services know of their input topics (internal): the mergeable sketches of one model's rows in one chunk of one input partition, or, with an empty model, a note on how far partitions have been read. A chunk is always the same records and is written whole; written again it says the same. */
export interface DriftSketch {
  /** Name of the model; also the record key. Empty in a note. */
  readonly model: string;
  /** Which drift service made it. */
  readonly signal: Signal;
  /** Input partition; -1 in a note. */
  readonly partition: number;
  /** First input offset of the chunk. */
  readonly chunkStart: number;
  /** One past the last input offset of the chunk. */
  readonly chunkEnd: number;
  /** Largest Kafka timestamp of the chunk, of requests for answers; epoch milliseconds, -1 in records of an older format. */
  readonly logTime: number;
  /** Event times of the model's last rows in the chunk, in their order, at most 25. */
  readonly recent: readonly number[];
  /** Rows of the chunk that could not be sketched (wrong length, unknown request, ...). */
  readonly rejected: number;
  /** One sketch per window and version touched by the chunk. */
  readonly windows: readonly WindowSketch[];
  /** Of a note: how far partitions have been read. */
  readonly clocks: readonly PartitionClock[];
  /** Of a note: partitions of the input topic. */
  readonly partitions: number;
  /** Id of the input topic: offsets are those of the topic with this id, one that is made anew under its name has another. Empty where brokers know no ids. */
  readonly topicId: string;
  /** Of concept: the labelled rows of the chunk in their order, for the row watch; encoded, see packages/drift. Empty where rows are not watched. */
  readonly rows?: Uint8Array;
}

export type DriftState = 'stable' | 'warning' | 'drift' | 'recovering';

export interface Evidence {
  /** data, prediction or concept. */
  readonly signal: Signal;
  /** Detector. */
  readonly detector: string;
  /** Feature, or empty. */
  readonly feature: string;
  /** Window the evidence comes from. */
  readonly windowStart: number;
  /** Share of the likelihood, 0 to 1. */
  readonly weight: number;
  /** In words a person understands. */
  readonly text: string;
}

export type DriftAction = 'none' | 'retrain' | 'restore' | 'promote' | 'reject';

export type CauseAdvice = 'retrain' | 'restore' | 'mend_source' | 'wait_for_labels';

export interface Cause {
  /** covariate, prior or concept; or a fault of the pipeline: swapped, renamed, unit, constant, placeholder, rounded, nulls, clock, duplicates, gap. */
  readonly kind: string;
  /** Columns that change together for this cause; none where it is about whole rows or about answers. */
  readonly columns: readonly string[];
  /** How likely it is beside other kinds of drift, 0 to 1; 1 of a fault. */
  readonly weight: number;
  /** Share of the rows that it is in, 0 to 1; of a gap that of the usual rows which are missing. */
  readonly share: number;
  /** Where it sits, in words: values of a column, answers, or labels; empty where it is everywhere. */
  readonly segment: string;
  /** In words a person understands. */
  readonly text: string;
  /** What to do: train anew, bring a version back, mend the source, or wait for labels. */
  readonly advice: CauseAdvice;
}

/** What the ensemble concludes from the signals of one window. */
export interface DriftVerdict {
  /** Name of the model; also the record key. */
  readonly model: string;
  /** Live version the verdict is about. */
  readonly version: number;
  /** Start of the newest window it rests on. */
  readonly windowStart: number;
  /** End of that window. */
  readonly windowEnd: number;
  /** Number of the verdict for this model, from 0. */
  readonly sequence: number;
  /** warning: likely, not confirmed. drift: confirmed. recovering: a new version is live and not yet proven. */
  readonly state: DriftState;
  /** Likelihood of drift, 0 to 1. */
  readonly likelihood: number;
  /** Whether the evidence of labels alone is enough. */
  readonly confirmedByLabels: boolean;
  /** In order of weight. */
  readonly evidence: readonly Evidence[];
  /** Estimated begin of the change. */
  readonly changePoint: null | number;
  /** Earliest plausible begin. */
  readonly changePointFrom: null | number;
  /** Latest plausible begin. */
  readonly changePointTo: null | number;
  /** What was asked for. */
  readonly action: DriftAction;
  /** The retrain command, if one was sent. */
  readonly commandId: null | string;
  /** What is behind it, the likeliest first; empty while nothing is. Since when is said by changePoint. */
  readonly causes?: readonly Cause[];
}

/** The truth about one request, however late. */
export interface InferenceLabel {
  /** The request this label is for; also the record key. */
  readonly requestId: string;
  /** Name of the model. */
  readonly model: string;
  /** Class index, or the value of a regression; not read where `labelName` is there, or the model has several targets. */
  readonly label: number;
  /** When the truth became known, in the clock of the requests' event time. */
  readonly eventTime: number;
  /** The class by its name in the spec. */
  readonly labelName?: null | string;
  /** Of a model with several targets: the value of each, in the order of the spec; 1 for a label that applies and 0 for one that does not. */
  readonly values?: readonly number[];
  /** Of a multilabel model, instead of `values`: the labels that apply, by name. Where none applies, send `values` of zeros. */
  readonly labelNames?: readonly string[];
}

export type PredictionRole = 'live' | 'canary' | 'shadow';

/** What one version answered to one request, on the request's partition. */
export interface InferencePrediction {
  /** The request's id; also the record key. */
  readonly requestId: string;
  /** Name of the model. */
  readonly model: string;
  /** Version that answered. */
  readonly version: number;
  /** The request's event time. */
  readonly eventTime: number;
  /** Wall clock when the answer was ready. */
  readonly servedAt: number;
  /** Class probabilities, the one value of a regression, or one number for each of the spec's outputs. */
  readonly outputs: Float32Array;
  /** Index of the most probable class, or the value of a regression; of several outputs the first. */
  readonly predicted: number;
  /** live and canary answers are served; a shadow's is only measured. */
  readonly role: PredictionRole;
  /** Partition of the request in inference.requests. */
  readonly requestPartition: number;
  /** Offset of the request in that partition. */
  readonly requestOffset: number;
  /** The request's Kafka timestamp; -1 where it is not known. */
  readonly requestTime: number;
  /** What is to be expected of the truth, given inputs and answer: the chance of each class (of class 1 alone where there are two), or of a regression the absolute and the squared error; empty where it is not known. */
  readonly expected?: Float32Array;
}

/** What a system beside driftloop has answered to a request: the class, its probabilities, or both; or the value of a regression. */
export interface IncumbentAnswer {
  /** Class probabilities (or the one of class 1), or the value of a regression; empty where only the class is known. */
  readonly outputs: Float32Array;
  /** Class index or value that was answered; null where the outputs say it, or predictedName. */
  readonly predicted?: null | number;
  /** The class that was answered, by its name in the spec. */
  readonly predictedName?: null | string;
  /** What that system calls the version that answered; empty where it does not say. */
  readonly version?: string;
}

/** One row to be predicted. Any client may produce it. */
export interface InferenceRequest {
  /** Unique per model; also the record key. Labels name it. */
  readonly requestId: string;
  /** Name of a registered model. */
  readonly model: string;
  /** When the event happened, epoch milliseconds. Windows are cut by it. */
  readonly eventTime: number;
  /** One value per feature of the model's spec, in its order, and as many as its size of an embedding; categories are their index, NaN is a missing value. Empty where the columns come by name. */
  readonly features: Float32Array;
  /** Numeric columns by name, where `features` is empty. One that is not there, or is NaN, is missing; other names are passed over. */
  readonly numbers?: Readonly<Record<string, number>>;
  /** Free texts and columns whose categories the spec names, by name, where `features` is empty. */
  readonly texts?: Readonly<Record<string, string>>;
  /** Embeddings by name, where `features` is empty: as many numbers as the spec says. */
  readonly vectors?: Readonly<Record<string, Float32Array>>;
  /** What the incumbent answered, where others serve the model; read while such a version is live or in shadow. */
  readonly answer?: null | IncumbentAnswer;
}

export type LetterDecisionKind = 'resending' | 'resent' | 'discarded';

/** What a person decided about a dead letter. What became of it is folded from these, in order. */
export interface LetterDecision {
  /** Topic that the dead letter's record came on, without prefix. */
  readonly topic: string;
  /** Its partition. */
  readonly partition: number;
  /** Its offset. */
  readonly offset: number;
  /** resending: it is about to be put back on its topic. resent: it is there. discarded: it is left as it is. */
  readonly kind: LetterDecisionKind;
  /** Unique; a resending and its resent share it. */
  readonly decisionId: string;
  /** Wall clock. */
  readonly at: number;
  /** Who decided. */
  readonly actor: string;
  /** Why. */
  readonly reason: string;
  /** Whether another record was sent than the one that came. */
  readonly mended: boolean;
  /** End of its partition when it was about to be sent: what was sent lies there or later. */
  readonly after: null | number;
}

export type ModelEventKind = 'registered' | 'candidate' | 'rejected' | 'canary' | 'shadow' | 'published' | 'rolledBack';

/** One step in the life of a version. The state to serve is folded from these, in order. */
export interface ModelEvent {
  /** Name of the model; also the record key. */
  readonly model: string;
  /** Version the event is about. */
  readonly version: number;
  /** shadow: answers in shadow until it is promoted or rejected. published: live from now on. rolledBack: live no more, restoredVersion is. */
  readonly kind: ModelEventKind;
  /** Version that is live again after a rollback. */
  readonly restoredVersion: null | number;
  /** Wall clock. */
  readonly at: number;
  /** Event time up to which the stream had been seen when it happened. */
  readonly eventTime: number;
  /** URI of the artifact's manifest. */
  readonly artifact: string;
  /** SHA-256 of the manifest, hex. */
  readonly sha256: string;
  /** Version it was trained from. */
  readonly parentVersion: null | number;
  /** Command that led to it. */
  readonly commandId: null | string;
  /** Measured by the gate or at registration. */
  readonly metrics: Readonly<Record<string, number>>;
  /** Why, in words a person understands. */
  readonly reasons: readonly string[];
  /** Service or person. */
  readonly actor: string;
}

export type NoteSubject = 'model' | 'version' | 'window' | 'verdict' | 'run';

/** What a person wrote down about a model, or about something of it. Notes are added and never changed. */
export interface ModelNote {
  /** Unique: a note that comes twice is one. */
  readonly noteId: string;
  /** Name of the model; also the record key. */
  readonly model: string;
  /** What of the model it is about. */
  readonly about: NoteSubject;
  /** Which: a version's number, the begin of a window in epoch milliseconds, a verdict's sequence, the id of a run's command; empty for the model itself. */
  readonly subject: string;
  /** As it was typed. */
  readonly text: string;
  /** Who wrote it. */
  readonly author: string;
  /** Wall clock. */
  readonly at: number;
}

export type ModelTask = 'binary' | 'multiclass' | 'regression' | 'multilabel' | 'ranking';

export type FeatureKind = 'numeric' | 'categorical' | 'embedding' | 'text';

export interface FeatureSpec {
  /** Name. */
  readonly name: string;
  /** Categorical values are category indices; an embedding is a vector of `size` numbers; a text is free text. */
  readonly kind: FeatureKind;
  /** Whether NaN is accepted as a missing value. */
  readonly allowMissing: boolean;
  /** Names of the categories of a categorical feature, in the order of their indices; empty where producers send indices. */
  readonly categories?: readonly string[];
  /** Numbers of an embedding; 0 for other kinds. */
  readonly size?: number;
}

export interface WindowPolicy {
  /** Length of a tumbling window in event time. */
  readonly lengthMs: number;
  /** How long a window waits for late rows, in event time. */
  readonly allowedLatenessMs: number;
  /** Windows are merged until they hold this many rows. */
  readonly minSamples: number;
  /** How far an event time may lie ahead of the record's Kafka timestamp; requests beyond are refused. 0 for one window. */
  readonly allowedAheadMs: number;
  /** How long an input partition may be silent, by Kafka's timestamps, before windows that others have passed no longer wait for it. */
  readonly partitionIdleMs: number;
}

export interface PerformanceLimit {
  /** accuracy, rocAuc, f1, precision, recall or specificity of a classifier; mae, mse or rmse of a regression. */
  readonly metric: string;
  /** The least that it may be; of an error the most. */
  readonly value: number;
}

export interface DriftPolicy {
  /** False-alarm budget. */
  readonly expectedWindowsBetweenFalseAlarms: number;
  /** Names of the detectors to run; empty for the default set. */
  readonly detectors: readonly string[];
  /** How good the model must be: a warning says how likely it is that it is worse, before labels come. None by default. */
  readonly limits?: readonly PerformanceLimit[];
  /** False-alarm budget of the row watch, in labelled rows; 0 for no row watch. */
  readonly expectedRowsBetweenFalseAlarms?: number;
}

export interface RetrainPolicy {
  /** Whether the ensemble may ask for a new version. */
  readonly enabled: boolean;
  /** Continual-learning strategy. */
  readonly strategy: string;
  /** Least event time between two commands. */
  readonly cooldownMs: number;
  /** Least labelled rows to train on. */
  readonly minLabels: number;
  /** Most labelled rows to train on. */
  readonly maxRows: number;
  /** Training budget in seconds. */
  readonly maxSeconds: number;
  /** Training budget in steps. */
  readonly maxSteps: number;
  /** Retrain at the latest after this much event time even without drift; 0 for never. */
  readonly maxAgeMs: number;
}

export interface RolloutPolicy {
  /** Share of requests a canary answers, 0 to publish at once. */
  readonly canaryShare: number;
  /** Versions that answer every request in shadow; one that is proven better than the live version is live again. */
  readonly shadowVersions: readonly number[];
  /** Whether candidates go live only when a person says so; those that do worse are given up all the same. */
  readonly needsApproval?: boolean;
  /** How much longer a version on trial may take for the same rows than the live one, at the 99th percentile, as a share of that: 0.5 allows 1.5 times. */
  readonly latencyMargin?: number;
  /** Share of rows by which a version on trial may fail on more than the live one does. */
  readonly errorMargin?: number;
}

export interface OutputSpec {
  /** Name, by which signals and views tell of it. */
  readonly name: string;
  /** What it is about, where that is not its name: outputs of one target share its label. Quantiles without a target are all of the model's one label. */
  readonly target?: string;
  /** Level of the quantile that it is, above 0 and below 1; null where it is none. */
  readonly quantile?: null | number;
}

/** What a model is and how it is looked after. The newest record of a model holds. */
export interface ModelSpec {
  /** Name of the model; also the record key. */
  readonly model: string;
  /** What the model answers. */
  readonly task: ModelTask;
  /** Number of classes of a binary or multiclass model; 0 for all others. */
  readonly classes: number;
  /** Names of the classes, in the order of their indices; empty where they have none. */
  readonly classNames?: readonly string[];
  /** In the order of a request's features. */
  readonly features: readonly FeatureSpec[];
  /** How windows are cut. */
  readonly window: WindowPolicy;
  /** How drift is judged. */
  readonly drift: DriftPolicy;
  /** When and how to retrain. */
  readonly retrain: RetrainPolicy;
  /** How a version goes live. */
  readonly rollout: RolloutPolicy;
  /** Wall clock. */
  readonly updatedAt: number;
  /** Numbers of an answer, in their order, where they are no class probabilities and not one value: targets or quantiles of a regression, labels of a multilabel model. Empty otherwise. */
  readonly outputs?: readonly OutputSpec[];
}

export type NotificationEventKind = 'raised' | 'formed' | 'attempted';

export type NotificationSeverity = 'info' | 'warning' | 'error';

export type NotificationOutcome = 'pending' | 'sent' | 'failed' | 'gaveUp';

/** One step on the way of a notification. What is to be told and what was are folded from these, in order. Never a secret. */
export interface NotificationEvent {
  /** raised: a rule fits what has happened. formed: a message is made of it. attempted: its delivery was tried. */
  readonly kind: NotificationEventKind;
  /** Name of the rule; also the record key. */
  readonly rule: string;
  /** Idempotency key of the message, the same at each attempt; empty for raised. */
  readonly messageId: string;
  /** Wall clock. */
  readonly at: number;
  /** Groups that it belongs to: model/<name>, rule, late, test. */
  readonly groups: readonly string[];
  /** How much has happened, by state. */
  readonly states: Readonly<Record<string, number>>;
  /** The worst of it. */
  readonly severity: NotificationSeverity;
  /** Models that it is about, at most 50. */
  readonly models: readonly string[];
  /** When the first of it happened; null for an attempt. */
  readonly firstAt: null | number;
  /** When the last of it happened. */
  readonly lastAt: null | number;
  /** Of the message, in words a person understands. */
  readonly title: string;
  /** What has happened, in words a person understands, at most 20. */
  readonly texts: readonly string[];
  /** raised: topic of the records that it comes of; empty for a test. */
  readonly topic: string;
  /** Their partition. */
  readonly partition: number;
  /** Offset of the first of them. */
  readonly fromOffset: number;
  /** Offset of the last of them. */
  readonly toOffset: number;
  /** formed: offset of the last raised record of its groups that it holds. */
  readonly through: number;
  /** attempted: which one, from 1. */
  readonly attempt: number;
  /** attempted: what came of it. failed: it is tried again at nextAt. */
  readonly outcome: NotificationOutcome;
  /** attempted: why it was not sent. */
  readonly reason: string;
  /** attempted: when it is tried again; null where it is not. */
  readonly nextAt: null | number;
}

export type NotificationChannel = 'webhook' | 'slack' | 'email' | 'pagerduty';

export type NotificationGroupBy = 'model' | 'rule';

/** Who is told of what, and how often at most. The newest record of a name holds. Never a secret: those are named, and lie with the notifier. */
export interface NotificationRule {
  /** Name; also the record key. */
  readonly name: string;
  /** How it is told. */
  readonly channel: NotificationChannel;
  /** webhook: the URL. email: addresses. Empty for the others, whose address is a secret. */
  readonly to: readonly string[];
  /** Name of the secret: a webhook's signing key, the URL of a Slack webhook, a routing key of PagerDuty; empty for e-mail. */
  readonly secret: string;
  /** Models that it is about; null for all, and for what belongs to none. */
  readonly models: null | readonly string[];
  /** What it tells of: states of verdicts, kinds of model events, retrainFailed, deadLetter. */
  readonly states: readonly string[];
  /** Roles of versions that it is about: live, canary, shadow, candidate; empty for all. */
  readonly roles: readonly string[];
  /** What goes into one message: what is about one model, or everything. */
  readonly groupBy: NotificationGroupBy;
  /** How long others are waited for before a message is made, ms. */
  readonly groupMs: number;
  /** Least time between two messages of one group, ms. */
  readonly cooldownMs: number;
  /** Messages in an hour at most; what is over goes into one later. */
  readonly mostPerHour: number;
  /** HH:MM-HH:MM in which nothing is told; empty for none. What comes then is told in one message after. */
  readonly quietHours: string;
  /** Time zone of the quiet hours, by its IANA name. */
  readonly timeZone: string;
  /** Wall clock; what was before is not told. */
  readonly createdAt: number;
  /** Who made it, or changed it last. */
  readonly createdBy: string;
  /** When it was removed; null while it holds. */
  readonly endedAt: null | number;
  /** Who removed it. */
  readonly endedBy: string;
}

export type PayloadHalf = 'request' | 'response';

/** One half of a call that a system beside driftloop has answered, as its payload log tells it (internal): the request or the response. */
export interface PayloadEvent {
  /** Name of the model here. */
  readonly model: string;
  /** What request and response have in common; the record key is it with the model before. */
  readonly callId: string;
  /** Which half. */
  readonly half: PayloadHalf;
  /** When it happened, epoch milliseconds; -1 where the event does not say. */
  readonly time: number;
  /** What the event calls the version that answered; empty where it does not say. */
  readonly version: string;
  /** The body of the call, as it was. */
  readonly body: Uint8Array;
  /** Topic that it was read from; empty where it came over HTTP. */
  readonly source: string;
  /** Partition of that topic. */
  readonly sourcePartition: number;
  /** Offset in that partition: an event that was passed on twice has the same. */
  readonly sourceOffset: number;
}

export type CommandAction = 'retrain' | 'restore' | 'promote' | 'reject';

export type CandidateRollout = 'publish' | 'shadow' | 'fresh';

export interface DataRange {
  /** Event time, inclusive. */
  readonly from: number;
  /** Event time, exclusive. */
  readonly to: number;
  /** Weight of each row. */
  readonly weight: number;
  /** Why this range. */
  readonly reason: string;
}

/** Asks the trainer for a new version, to bring an old one back, or to decide about a candidate in shadow. */
export interface RetrainCommand {
  /** Hash of what was decided; the same decision has the same id. */
  readonly commandId: string;
  /** Name of the model; also the record key. */
  readonly model: string;
  /** Version to train on from. */
  readonly baseVersion: number;
  /** retrain. restore: an earlier version is to be live again. promote, reject: the candidate in shadow is to go live, or not. */
  readonly action: CommandAction;
  /** Version to restore, promote or reject. */
  readonly restoreVersion: null | number;
  /** What becomes of a candidate that passes the gate: it is live at once (publish), answers in shadow first (shadow), or is live at once unless it comes late (fresh). */
  readonly rollout: CandidateRollout;
  /** Event time of the decision. */
  readonly eventTime: number;
  /** Wall clock of the decision. */
  readonly issuedAt: number;
  /** ensemble, or who asked for it. */
  readonly issuedBy: string;
  /** Labelled data to train on. */
  readonly selection: readonly DataRange[];
  /** Labels up to here count: the data is frozen even if the command runs late. */
  readonly labelsThrough: readonly InputPosition[];
  /** Continual-learning strategy. */
  readonly strategy: string;
  /** Training budget in seconds. */
  readonly maxSeconds: number;
  /** Training budget in steps. */
  readonly maxSteps: number;
  /** Why, in words a person understands. */
  readonly reasons: readonly string[];
}

/** State of a stateful reader at an input position (internal, compacted). */
export interface ServiceCheckpoint {
  /** Service and role; the key is service, topic and partition joined by '/'. */
  readonly service: string;
  /** Input topic, without prefix. */
  readonly topic: string;
  /** Input partition. */
  readonly partition: number;
  /** One past the last input offset the state has seen. */
  readonly position: number;
  /** Version of the state's format; another version is ignored and the input read from the start. */
  readonly format: number;
  /** The state, UTF-8 JSON. */
  readonly state: Uint8Array;
  /** Id of the input topic that the position lies in; empty where brokers know no ids. */
  readonly topicId: string;
}

export type StudyEventKind = 'planned' | 'claimed' | 'done' | 'failed' | 'stopped';

/** One step in the life of a study's job. Who works on what is folded from these, in order. */
export interface StudyEvent {
  /** Id of the study; also the record key. */
  readonly study: string;
  /** Id of the job within the study; empty for a step of the study itself. */
  readonly job: string;
  /** planned: the study begins. claimed: a worker takes the job, or goes on with it. done, failed: how an attempt ended. stopped: nothing more of the study is begun. */
  readonly kind: StudyEventKind;
  /** Who says so. */
  readonly worker: string;
  /** Which attempt at the job, from 1; 0 for a step of the study itself. */
  readonly attempt: number;
  /** JSON: of planned the study, of done the result, of failed the reason; else empty. */
  readonly body: string;
}

export type TrainingPhase = 'queued' | 'superseded' | 'reading' | 'training' | 'validating' | 'shadow' | 'canary' | 'published' | 'rejected' | 'failed';

/** Where a training run is. */
export interface TrainingProgress {
  /** Name of the model; also the record key. */
  readonly model: string;
  /** The command that is being carried out. */
  readonly commandId: string;
  /** Phase the run is in. shadow, canary: it has ended, and its candidate answers in shadow, or a share of the requests. */
  readonly phase: TrainingPhase;
  /** Candidate version, once it has one. */
  readonly version: null | number;
  /** Optimizer steps done. */
  readonly step: number;
  /** Optimizer steps planned; 0 where unknown. */
  readonly steps: number;
  /** Training loss of the last report. */
  readonly loss: null | number;
  /** samplesPerSecond, accuracy and the like. */
  readonly metrics: Readonly<Record<string, number>>;
  /** Wall clock. */
  readonly at: number;
  /** For a person. */
  readonly message: string;
}

/** The record type of each topic. */
export interface TopicRecords {
  'access.answers': CommandAnswer;
  'access.audit': AuditEntry;
  'access.tokens': AccessToken;
  'access.uses': AccessUse;
  'dead.letters': DeadLetter;
  'drift.signals': DriftSignal;
  'drift.sketches': DriftSketch;
  'drift.verdicts': DriftVerdict;
  'inference.labels': InferenceLabel;
  'inference.predictions': InferencePrediction;
  'inference.requests': InferenceRequest;
  'letter.decisions': LetterDecision;
  'model.events': ModelEvent;
  'model.notes': ModelNote;
  'model.specs': ModelSpec;
  'notification.events': NotificationEvent;
  'notification.rules': NotificationRule;
  'payload.events': PayloadEvent;
  'retrain.commands': RetrainCommand;
  'service.checkpoints': ServiceCheckpoint;
  'study.events': StudyEvent;
  'training.progress': TrainingProgress;
}

/** The Avro schema of each topic, as JSON text. */
export const SCHEMAS: { readonly [T in keyof TopicRecords]: string } = {
  'access.answers': "{\"type\":\"record\",\"name\":\"CommandAnswer\",\"namespace\":\"driftloop\",\"doc\":\"What was answered to a call with an Idempotency-Key, so that the same call again gets the same.\",\"fields\":[{\"name\":\"callId\",\"type\":\"string\",\"doc\":\"Hash of the caller and the key; also the record key.\"},{\"name\":\"requestSha256\",\"type\":\"string\",\"doc\":\"Hash of the call: method, path and body.\"},{\"name\":\"claimId\",\"type\":\"string\",\"doc\":\"Of whoever carries it out: the first in the log does.\"},{\"name\":\"state\",\"type\":{\"type\":\"enum\",\"name\":\"CommandAnswerState\",\"symbols\":[\"claimed\",\"answered\",\"released\"]},\"doc\":\"released: nothing was done, the key is free again.\"},{\"name\":\"at\",\"type\":{\"type\":\"long\",\"logicalType\":\"timestamp-millis\"},\"doc\":\"Wall clock.\"},{\"name\":\"status\",\"type\":\"int\",\"doc\":\"HTTP status.\",\"default\":0},{\"name\":\"body\",\"type\":\"string\",\"doc\":\"The answer, JSON.\",\"default\":\"\"}]}",
  'access.audit': "{\"type\":\"record\",\"name\":\"AuditEntry\",\"namespace\":\"driftloop\",\"doc\":\"Somebody changed something, or wanted to. Never a secret, never a body.\",\"fields\":[{\"name\":\"auditId\",\"type\":\"string\",\"doc\":\"Unique; also the record key.\"},{\"name\":\"at\",\"type\":{\"type\":\"long\",\"logicalType\":\"timestamp-millis\"},\"doc\":\"Wall clock.\"},{\"name\":\"actor\",\"type\":\"string\",\"doc\":\"Who: name of the token, the session's person, the user of the command line; empty for somebody unknown.\"},{\"name\":\"via\",\"type\":{\"type\":\"enum\",\"name\":\"AuditVia\",\"symbols\":[\"root\",\"token\",\"session\",\"everybody\",\"anonymous\",\"cli\"]},\"doc\":\"How they were known. root: GATEWAY_TOKEN. everybody: no token is needed. anonymous: by nothing.\"},{\"name\":\"tokenId\",\"type\":\"string\",\"doc\":\"Of the token or session; empty for none.\",\"default\":\"\"},{\"name\":\"role\",\"type\":\"string\",\"doc\":\"That they had; empty for none.\",\"default\":\"\"},{\"name\":\"action\",\"type\":\"string\",\"doc\":\"What: method and route, rpc, or command.\"},{\"name\":\"target\",\"type\":\"string\",\"doc\":\"What it was about: the path as it was called; empty for none.\",\"default\":\"\"},{\"name\":\"model\",\"type\":\"string\",\"doc\":\"Model; empty for none.\",\"default\":\"\"},{\"name\":\"version\",\"type\":[\"null\",\"int\"],\"doc\":\"Version.\",\"default\":null},{\"name\":\"reason\",\"type\":\"string\",\"doc\":\"Why, as they said.\",\"default\":\"\"},{\"name\":\"outcome\",\"type\":{\"type\":\"enum\",\"name\":\"AuditOutcome\",\"symbols\":[\"done\",\"refused\",\"failed\"]},\"doc\":\"refused: they may not. failed: it was not valid, or something was in the way.\"},{\"name\":\"status\",\"type\":\"int\",\"doc\":\"HTTP status; 0 for a command.\",\"default\":0},{\"name\":\"code\",\"type\":\"string\",\"doc\":\"Error code; empty where it was done.\",\"default\":\"\"},{\"name\":\"before\",\"type\":[\"null\",\"string\"],\"doc\":\"What there was before, JSON.\",\"default\":null},{\"name\":\"after\",\"type\":[\"null\",\"string\"],\"doc\":\"What there is after, JSON.\",\"default\":null},{\"name\":\"remoteAddress\",\"type\":\"string\",\"doc\":\"Where the call came from; empty for a command.\",\"default\":\"\"}]}",
  'access.tokens': "{\"type\":\"record\",\"name\":\"AccessToken\",\"namespace\":\"driftloop\",\"doc\":\"Something by which a caller of the gateway is known. The newest record of one holds, but what has ended stays ended.\",\"fields\":[{\"name\":\"tokenId\",\"type\":\"string\",\"doc\":\"Id, no secret; also the record key.\"},{\"name\":\"kind\",\"type\":{\"type\":\"enum\",\"name\":\"AccessTokenKind\",\"symbols\":[\"token\",\"session\",\"code\"]},\"doc\":\"token: an API token. session: a browser's cookie. code: of a login link, for one session.\"},{\"name\":\"name\",\"type\":\"string\",\"doc\":\"Who calls by it; stands in the audit log.\"},{\"name\":\"sha256\",\"type\":\"string\",\"doc\":\"SHA-256 of the secret, hex. The secret itself is nowhere.\"},{\"name\":\"role\",\"type\":{\"type\":\"enum\",\"name\":\"AccessRole\",\"symbols\":[\"viewer\",\"operator\",\"admin\"]},\"doc\":\"What it may do.\"},{\"name\":\"models\",\"type\":[\"null\",{\"type\":\"array\",\"items\":\"string\"}],\"doc\":\"Models that it is for; null for all.\",\"default\":null},{\"name\":\"parentId\",\"type\":[\"null\",\"string\"],\"doc\":\"What a session was begun with: a token or a code; it ends with it.\",\"default\":null},{\"name\":\"createdAt\",\"type\":{\"type\":\"long\",\"logicalType\":\"timestamp-millis\"},\"doc\":\"Wall clock.\"},{\"name\":\"createdBy\",\"type\":\"string\",\"doc\":\"Who made it.\"},{\"name\":\"expiresAt\",\"type\":[\"null\",{\"type\":\"long\",\"logicalType\":\"timestamp-millis\"}],\"doc\":\"Not valid from then on; null for never.\",\"default\":null},{\"name\":\"endedAt\",\"type\":[\"null\",{\"type\":\"long\",\"logicalType\":\"timestamp-millis\"}],\"doc\":\"When it was revoked, a session left or a code used; null while it holds.\",\"default\":null},{\"name\":\"endedBy\",\"type\":\"string\",\"doc\":\"Who ended it; of a code the session that it began.\",\"default\":\"\"}]}",
  'access.uses': "{\"type\":\"record\",\"name\":\"AccessUse\",\"namespace\":\"driftloop\",\"doc\":\"When a token was last used, about: it is told at most once a minute.\",\"fields\":[{\"name\":\"tokenId\",\"type\":\"string\",\"doc\":\"The token; also the record key.\"},{\"name\":\"at\",\"type\":{\"type\":\"long\",\"logicalType\":\"timestamp-millis\"},\"doc\":\"Wall clock.\"},{\"name\":\"remoteAddress\",\"type\":\"string\",\"doc\":\"Where the call came from.\"}]}",
  'dead.letters': "{\"type\":\"record\",\"name\":\"DeadLetter\",\"namespace\":\"driftloop\",\"doc\":\"A record that could not be handled, as it came. It can be sent again from here.\",\"fields\":[{\"name\":\"topic\",\"type\":\"string\",\"doc\":\"Topic it came on, without prefix.\"},{\"name\":\"partition\",\"type\":\"int\",\"doc\":\"Partition.\"},{\"name\":\"offset\",\"type\":\"long\",\"doc\":\"Offset.\"},{\"name\":\"key\",\"type\":[\"null\",\"bytes\"],\"doc\":\"Original key.\",\"default\":null},{\"name\":\"value\",\"type\":[\"null\",\"bytes\"],\"doc\":\"Original bytes.\",\"default\":null},{\"name\":\"code\",\"type\":\"string\",\"doc\":\"Stable error code.\"},{\"name\":\"reason\",\"type\":\"string\",\"doc\":\"What was wrong and what to do.\"},{\"name\":\"service\",\"type\":\"string\",\"doc\":\"Service that gave up.\"},{\"name\":\"at\",\"type\":{\"type\":\"long\",\"logicalType\":\"timestamp-millis\"},\"doc\":\"Wall clock.\"}]}",
  'drift.signals': "{\"type\":\"record\",\"name\":\"DriftSignal\",\"namespace\":\"driftloop\",\"doc\":\"One test of one window against the version's reference.\",\"fields\":[{\"name\":\"model\",\"type\":\"string\",\"doc\":\"Name of the model; also the record key.\"},{\"name\":\"version\",\"type\":\"int\",\"doc\":\"Version whose reference was tested against.\"},{\"name\":\"windowStart\",\"type\":{\"type\":\"long\",\"logicalType\":\"timestamp-millis\"},\"doc\":\"Start of the window, inclusive.\"},{\"name\":\"windowEnd\",\"type\":{\"type\":\"long\",\"logicalType\":\"timestamp-millis\"},\"doc\":\"End of the window, exclusive.\"},{\"name\":\"signal\",\"type\":{\"type\":\"enum\",\"name\":\"Signal\",\"symbols\":[\"data\",\"prediction\",\"concept\"]},\"doc\":\"data, prediction or concept.\"},{\"name\":\"detector\",\"type\":\"string\",\"doc\":\"Registered name of the detector, for example ks, psi, adwin.\"},{\"name\":\"feature\",\"type\":\"string\",\"doc\":\"Feature the test looked at; empty for all together.\"},{\"name\":\"statistic\",\"type\":\"double\",\"doc\":\"The detector's statistic.\"},{\"name\":\"pValue\",\"type\":[\"null\",\"double\"],\"doc\":\"Where the detector has one.\",\"default\":null},{\"name\":\"threshold\",\"type\":\"double\",\"doc\":\"The statistic counts as drift beyond this.\"},{\"name\":\"expected\",\"type\":[\"null\",\"double\"],\"doc\":\"What the statistic is without drift: the reference's value, or what chance alone gives.\",\"default\":null},{\"name\":\"lower\",\"type\":[\"null\",\"double\"],\"doc\":\"Where the test estimates something: its statistic lies between here and `upper`, with 95 % confidence.\",\"default\":null,\"optional\":true},{\"name\":\"upper\",\"type\":[\"null\",\"double\"],\"doc\":\"See `lower`.\",\"default\":null,\"optional\":true},{\"name\":\"detail\",\"type\":\"string\",\"doc\":\"What of it stands out, from where to where, in words; empty where the numbers say it all.\",\"default\":\"\"},{\"name\":\"n\",\"type\":\"long\",\"doc\":\"Rows in the window.\"},{\"name\":\"severity\",\"type\":\"double\",\"doc\":\"0 (like the reference) to 1 (certain drift), comparable between detectors.\"},{\"name\":\"drifted\",\"type\":\"boolean\",\"doc\":\"Whether the detector alone would call it drift.\"},{\"name\":\"changePoint\",\"type\":[\"null\",{\"type\":\"long\",\"logicalType\":\"timestamp-millis\"}],\"doc\":\"Event time at which the detector believes that it began.\",\"default\":null},{\"name\":\"changePointFrom\",\"type\":[\"null\",{\"type\":\"long\",\"logicalType\":\"timestamp-millis\"}],\"doc\":\"Earliest plausible event time of it, where the detector has one.\",\"default\":null,\"optional\":true},{\"name\":\"changePointTo\",\"type\":[\"null\",{\"type\":\"long\",\"logicalType\":\"timestamp-millis\"}],\"doc\":\"Latest plausible event time of it, where the detector has one.\",\"default\":null,\"optional\":true},{\"name\":\"rival\",\"type\":[\"null\",\"int\"],\"doc\":\"Version that answered the same requests in shadow, where the test compares the live version with one.\",\"default\":null},{\"name\":\"eValue\",\"type\":[\"null\",\"double\"],\"doc\":\"The window's evidence as an e-value, where the test has one: its mean is at most 1 while nothing is wrong.\",\"default\":null},{\"name\":\"ordinal\",\"type\":\"int\",\"doc\":\"Position among the results of this window and signal, from 0.\"},{\"name\":\"total\",\"type\":\"int\",\"doc\":\"How many results this window and signal have; with the last one the window is complete.\"},{\"name\":\"late\",\"type\":\"long\",\"doc\":\"Rows that came too late for this window's signal so far.\",\"default\":0},{\"name\":\"ahead\",\"type\":\"long\",\"doc\":\"Rows left out so far: their windows lay too far ahead of all others, or their chunk could not be read.\",\"default\":0},{\"name\":\"through\",\"type\":{\"type\":\"array\",\"items\":{\"type\":\"record\",\"name\":\"InputPosition\",\"fields\":[{\"name\":\"partition\",\"type\":\"int\",\"doc\":\"Input partition.\"},{\"name\":\"offset\",\"type\":\"long\",\"doc\":\"One past the last input offset seen.\"}]}},\"doc\":\"How far the service's input had been read when the window closed.\"}]}",
  'drift.sketches': "{\"type\":\"record\",\"name\":\"DriftSketch\",\"namespace\":\"driftloop\",\"doc\":\"What the drift services know of their input topics (internal): the mergeable sketches of one model's rows in one chunk of one input partition, or, with an empty model, a note on how far partitions have been read. A chunk is always the same records and is written whole; written again it says the same.\",\"fields\":[{\"name\":\"model\",\"type\":\"string\",\"doc\":\"Name of the model; also the record key. Empty in a note.\"},{\"name\":\"signal\",\"type\":{\"type\":\"enum\",\"name\":\"Signal\",\"symbols\":[\"data\",\"prediction\",\"concept\"]},\"doc\":\"Which drift service made it.\"},{\"name\":\"partition\",\"type\":\"int\",\"doc\":\"Input partition; -1 in a note.\"},{\"name\":\"chunkStart\",\"type\":\"long\",\"doc\":\"First input offset of the chunk.\"},{\"name\":\"chunkEnd\",\"type\":\"long\",\"doc\":\"One past the last input offset of the chunk.\"},{\"name\":\"logTime\",\"type\":\"long\",\"doc\":\"Largest Kafka timestamp of the chunk, of requests for answers; epoch milliseconds, -1 in records of an older format.\",\"default\":-1},{\"name\":\"recent\",\"type\":{\"type\":\"array\",\"items\":\"long\"},\"doc\":\"Event times of the model's last rows in the chunk, in their order, at most 25.\",\"default\":[]},{\"name\":\"rejected\",\"type\":\"long\",\"doc\":\"Rows of the chunk that could not be sketched (wrong length, unknown request, ...).\",\"default\":0},{\"name\":\"windows\",\"type\":{\"type\":\"array\",\"items\":{\"type\":\"record\",\"name\":\"WindowSketch\",\"fields\":[{\"name\":\"start\",\"type\":{\"type\":\"long\",\"logicalType\":\"timestamp-millis\"},\"doc\":\"Start of the tumbling window, inclusive.\"},{\"name\":\"version\",\"type\":\"int\",\"doc\":\"Version that answered the rows; for the data signal the one that was live, whose reference they are tested against.\"},{\"name\":\"layout\",\"type\":\"string\",\"doc\":\"Hash of the sketch layout; only equal layouts merge.\"},{\"name\":\"n\",\"type\":\"long\",\"doc\":\"Rows in the sketch.\"},{\"name\":\"sketch\",\"type\":\"bytes\",\"doc\":\"Encoded sketch, see packages/drift.\"}]}},\"doc\":\"One sketch per window and version touched by the chunk.\",\"default\":[]},{\"name\":\"clocks\",\"type\":{\"type\":\"array\",\"items\":{\"type\":\"record\",\"name\":\"PartitionClock\",\"fields\":[{\"name\":\"partition\",\"type\":\"int\",\"doc\":\"Input partition.\"},{\"name\":\"end\",\"type\":\"long\",\"doc\":\"Every chunk that begins before this offset has been written.\"},{\"name\":\"time\",\"type\":\"long\",\"doc\":\"No chunk that comes has a smaller log time, epoch milliseconds.\"}]}},\"doc\":\"Of a note: how far partitions have been read.\",\"default\":[]},{\"name\":\"partitions\",\"type\":\"int\",\"doc\":\"Of a note: partitions of the input topic.\",\"default\":0},{\"name\":\"topicId\",\"type\":\"string\",\"doc\":\"Id of the input topic: offsets are those of the topic with this id, one that is made anew under its name has another. Empty where brokers know no ids.\",\"default\":\"\"},{\"name\":\"rows\",\"type\":\"bytes\",\"doc\":\"Of concept: the labelled rows of the chunk in their order, for the row watch; encoded, see packages/drift. Empty where rows are not watched.\",\"default\":\"\",\"optional\":true}]}",
  'drift.verdicts': "{\"type\":\"record\",\"name\":\"DriftVerdict\",\"namespace\":\"driftloop\",\"doc\":\"What the ensemble concludes from the signals of one window.\",\"fields\":[{\"name\":\"model\",\"type\":\"string\",\"doc\":\"Name of the model; also the record key.\"},{\"name\":\"version\",\"type\":\"int\",\"doc\":\"Live version the verdict is about.\"},{\"name\":\"windowStart\",\"type\":{\"type\":\"long\",\"logicalType\":\"timestamp-millis\"},\"doc\":\"Start of the newest window it rests on.\"},{\"name\":\"windowEnd\",\"type\":{\"type\":\"long\",\"logicalType\":\"timestamp-millis\"},\"doc\":\"End of that window.\"},{\"name\":\"sequence\",\"type\":\"long\",\"doc\":\"Number of the verdict for this model, from 0.\"},{\"name\":\"state\",\"type\":{\"type\":\"enum\",\"name\":\"DriftState\",\"symbols\":[\"stable\",\"warning\",\"drift\",\"recovering\"]},\"doc\":\"warning: likely, not confirmed. drift: confirmed. recovering: a new version is live and not yet proven.\"},{\"name\":\"likelihood\",\"type\":\"double\",\"doc\":\"Likelihood of drift, 0 to 1.\"},{\"name\":\"confirmedByLabels\",\"type\":\"boolean\",\"doc\":\"Whether the evidence of labels alone is enough.\"},{\"name\":\"evidence\",\"type\":{\"type\":\"array\",\"items\":{\"type\":\"record\",\"name\":\"Evidence\",\"fields\":[{\"name\":\"signal\",\"type\":{\"type\":\"enum\",\"name\":\"Signal\",\"symbols\":[\"data\",\"prediction\",\"concept\"]},\"doc\":\"data, prediction or concept.\"},{\"name\":\"detector\",\"type\":\"string\",\"doc\":\"Detector.\"},{\"name\":\"feature\",\"type\":\"string\",\"doc\":\"Feature, or empty.\"},{\"name\":\"windowStart\",\"type\":{\"type\":\"long\",\"logicalType\":\"timestamp-millis\"},\"doc\":\"Window the evidence comes from.\"},{\"name\":\"weight\",\"type\":\"double\",\"doc\":\"Share of the likelihood, 0 to 1.\"},{\"name\":\"text\",\"type\":\"string\",\"doc\":\"In words a person understands.\"}]}},\"doc\":\"In order of weight.\"},{\"name\":\"changePoint\",\"type\":[\"null\",{\"type\":\"long\",\"logicalType\":\"timestamp-millis\"}],\"doc\":\"Estimated begin of the change.\",\"default\":null},{\"name\":\"changePointFrom\",\"type\":[\"null\",{\"type\":\"long\",\"logicalType\":\"timestamp-millis\"}],\"doc\":\"Earliest plausible begin.\",\"default\":null},{\"name\":\"changePointTo\",\"type\":[\"null\",{\"type\":\"long\",\"logicalType\":\"timestamp-millis\"}],\"doc\":\"Latest plausible begin.\",\"default\":null},{\"name\":\"action\",\"type\":{\"type\":\"enum\",\"name\":\"DriftAction\",\"symbols\":[\"none\",\"retrain\",\"restore\",\"promote\",\"reject\"]},\"doc\":\"What was asked for.\"},{\"name\":\"commandId\",\"type\":[\"null\",\"string\"],\"doc\":\"The retrain command, if one was sent.\",\"default\":null},{\"name\":\"causes\",\"type\":{\"type\":\"array\",\"items\":{\"type\":\"record\",\"name\":\"Cause\",\"fields\":[{\"name\":\"kind\",\"type\":\"string\",\"doc\":\"covariate, prior or concept; or a fault of the pipeline: swapped, renamed, unit, constant, placeholder, rounded, nulls, clock, duplicates, gap.\"},{\"name\":\"columns\",\"type\":{\"type\":\"array\",\"items\":\"string\"},\"doc\":\"Columns that change together for this cause; none where it is about whole rows or about answers.\"},{\"name\":\"weight\",\"type\":\"double\",\"doc\":\"How likely it is beside other kinds of drift, 0 to 1; 1 of a fault.\"},{\"name\":\"share\",\"type\":\"double\",\"doc\":\"Share of the rows that it is in, 0 to 1; of a gap that of the usual rows which are missing.\"},{\"name\":\"segment\",\"type\":\"string\",\"doc\":\"Where it sits, in words: values of a column, answers, or labels; empty where it is everywhere.\"},{\"name\":\"text\",\"type\":\"string\",\"doc\":\"In words a person understands.\"},{\"name\":\"advice\",\"type\":{\"type\":\"enum\",\"name\":\"CauseAdvice\",\"symbols\":[\"retrain\",\"restore\",\"mend_source\",\"wait_for_labels\"]},\"doc\":\"What to do: train anew, bring a version back, mend the source, or wait for labels.\"}]}},\"doc\":\"What is behind it, the likeliest first; empty while nothing is. Since when is said by changePoint.\",\"default\":[],\"optional\":true}]}",
  'inference.labels': "{\"type\":\"record\",\"name\":\"InferenceLabel\",\"namespace\":\"driftloop\",\"doc\":\"The truth about one request, however late.\",\"fields\":[{\"name\":\"requestId\",\"type\":\"string\",\"doc\":\"The request this label is for; also the record key.\"},{\"name\":\"model\",\"type\":\"string\",\"doc\":\"Name of the model.\"},{\"name\":\"label\",\"type\":\"double\",\"doc\":\"Class index, or the value of a regression; not read where `labelName` is there, or the model has several targets.\"},{\"name\":\"eventTime\",\"type\":{\"type\":\"long\",\"logicalType\":\"timestamp-millis\"},\"doc\":\"When the truth became known, in the clock of the requests' event time.\"},{\"name\":\"labelName\",\"type\":[\"null\",\"string\"],\"doc\":\"The class by its name in the spec.\",\"default\":null,\"optional\":true},{\"name\":\"values\",\"type\":{\"type\":\"array\",\"items\":\"double\"},\"doc\":\"Of a model with several targets: the value of each, in the order of the spec; 1 for a label that applies and 0 for one that does not.\",\"default\":[],\"optional\":true},{\"name\":\"labelNames\",\"type\":{\"type\":\"array\",\"items\":\"string\"},\"doc\":\"Of a multilabel model, instead of `values`: the labels that apply, by name. Where none applies, send `values` of zeros.\",\"default\":[],\"optional\":true}]}",
  'inference.predictions': "{\"type\":\"record\",\"name\":\"InferencePrediction\",\"namespace\":\"driftloop\",\"doc\":\"What one version answered to one request, on the request's partition.\",\"fields\":[{\"name\":\"requestId\",\"type\":\"string\",\"doc\":\"The request's id; also the record key.\"},{\"name\":\"model\",\"type\":\"string\",\"doc\":\"Name of the model.\"},{\"name\":\"version\",\"type\":\"int\",\"doc\":\"Version that answered.\"},{\"name\":\"eventTime\",\"type\":{\"type\":\"long\",\"logicalType\":\"timestamp-millis\"},\"doc\":\"The request's event time.\"},{\"name\":\"servedAt\",\"type\":{\"type\":\"long\",\"logicalType\":\"timestamp-millis\"},\"doc\":\"Wall clock when the answer was ready.\"},{\"name\":\"outputs\",\"type\":{\"type\":\"array\",\"items\":\"float\"},\"doc\":\"Class probabilities, the one value of a regression, or one number for each of the spec's outputs.\"},{\"name\":\"predicted\",\"type\":\"double\",\"doc\":\"Index of the most probable class, or the value of a regression; of several outputs the first.\"},{\"name\":\"role\",\"type\":{\"type\":\"enum\",\"name\":\"PredictionRole\",\"symbols\":[\"live\",\"canary\",\"shadow\"]},\"doc\":\"live and canary answers are served; a shadow's is only measured.\"},{\"name\":\"requestPartition\",\"type\":\"int\",\"doc\":\"Partition of the request in inference.requests.\"},{\"name\":\"requestOffset\",\"type\":\"long\",\"doc\":\"Offset of the request in that partition.\"},{\"name\":\"requestTime\",\"type\":{\"type\":\"long\",\"logicalType\":\"timestamp-millis\"},\"doc\":\"The request's Kafka timestamp; -1 where it is not known.\",\"default\":-1},{\"name\":\"expected\",\"type\":{\"type\":\"array\",\"items\":\"float\"},\"doc\":\"What is to be expected of the truth, given inputs and answer: the chance of each class (of class 1 alone where there are two), or of a regression the absolute and the squared error; empty where it is not known.\",\"default\":[],\"optional\":true}]}",
  'inference.requests': "{\"type\":\"record\",\"name\":\"InferenceRequest\",\"namespace\":\"driftloop\",\"doc\":\"One row to be predicted. Any client may produce it.\",\"fields\":[{\"name\":\"requestId\",\"type\":\"string\",\"doc\":\"Unique per model; also the record key. Labels name it.\"},{\"name\":\"model\",\"type\":\"string\",\"doc\":\"Name of a registered model.\"},{\"name\":\"eventTime\",\"type\":{\"type\":\"long\",\"logicalType\":\"timestamp-millis\"},\"doc\":\"When the event happened, epoch milliseconds. Windows are cut by it.\"},{\"name\":\"features\",\"type\":{\"type\":\"array\",\"items\":\"float\"},\"doc\":\"One value per feature of the model's spec, in its order, and as many as its size of an embedding; categories are their index, NaN is a missing value. Empty where the columns come by name.\"},{\"name\":\"numbers\",\"type\":{\"type\":\"map\",\"values\":\"double\"},\"doc\":\"Numeric columns by name, where `features` is empty. One that is not there, or is NaN, is missing; other names are passed over.\",\"default\":{},\"optional\":true},{\"name\":\"texts\",\"type\":{\"type\":\"map\",\"values\":\"string\"},\"doc\":\"Free texts and columns whose categories the spec names, by name, where `features` is empty.\",\"default\":{},\"optional\":true},{\"name\":\"vectors\",\"type\":{\"type\":\"map\",\"values\":{\"type\":\"array\",\"items\":\"float\"}},\"doc\":\"Embeddings by name, where `features` is empty: as many numbers as the spec says.\",\"default\":{},\"optional\":true},{\"name\":\"answer\",\"type\":[\"null\",{\"type\":\"record\",\"name\":\"IncumbentAnswer\",\"doc\":\"What a system beside driftloop has answered to a request: the class, its probabilities, or both; or the value of a regression.\",\"fields\":[{\"name\":\"outputs\",\"type\":{\"type\":\"array\",\"items\":\"float\"},\"doc\":\"Class probabilities (or the one of class 1), or the value of a regression; empty where only the class is known.\"},{\"name\":\"predicted\",\"type\":[\"null\",\"double\"],\"doc\":\"Class index or value that was answered; null where the outputs say it, or predictedName.\",\"default\":null,\"optional\":true},{\"name\":\"predictedName\",\"type\":[\"null\",\"string\"],\"doc\":\"The class that was answered, by its name in the spec.\",\"default\":null,\"optional\":true},{\"name\":\"version\",\"type\":\"string\",\"doc\":\"What that system calls the version that answered; empty where it does not say.\",\"default\":\"\",\"optional\":true}]}],\"doc\":\"What the incumbent answered, where others serve the model; read while such a version is live or in shadow.\",\"default\":null,\"optional\":true}]}",
  'letter.decisions': "{\"type\":\"record\",\"name\":\"LetterDecision\",\"namespace\":\"driftloop\",\"doc\":\"What a person decided about a dead letter. What became of it is folded from these, in order.\",\"fields\":[{\"name\":\"topic\",\"type\":\"string\",\"doc\":\"Topic that the dead letter's record came on, without prefix.\"},{\"name\":\"partition\",\"type\":\"int\",\"doc\":\"Its partition.\"},{\"name\":\"offset\",\"type\":\"long\",\"doc\":\"Its offset.\"},{\"name\":\"kind\",\"type\":{\"type\":\"enum\",\"name\":\"LetterDecisionKind\",\"symbols\":[\"resending\",\"resent\",\"discarded\"]},\"doc\":\"resending: it is about to be put back on its topic. resent: it is there. discarded: it is left as it is.\"},{\"name\":\"decisionId\",\"type\":\"string\",\"doc\":\"Unique; a resending and its resent share it.\"},{\"name\":\"at\",\"type\":{\"type\":\"long\",\"logicalType\":\"timestamp-millis\"},\"doc\":\"Wall clock.\"},{\"name\":\"actor\",\"type\":\"string\",\"doc\":\"Who decided.\"},{\"name\":\"reason\",\"type\":\"string\",\"doc\":\"Why.\"},{\"name\":\"mended\",\"type\":\"boolean\",\"doc\":\"Whether another record was sent than the one that came.\",\"default\":false},{\"name\":\"after\",\"type\":[\"null\",\"long\"],\"doc\":\"End of its partition when it was about to be sent: what was sent lies there or later.\",\"default\":null}]}",
  'model.events': "{\"type\":\"record\",\"name\":\"ModelEvent\",\"namespace\":\"driftloop\",\"doc\":\"One step in the life of a version. The state to serve is folded from these, in order.\",\"fields\":[{\"name\":\"model\",\"type\":\"string\",\"doc\":\"Name of the model; also the record key.\"},{\"name\":\"version\",\"type\":\"int\",\"doc\":\"Version the event is about.\"},{\"name\":\"kind\",\"type\":{\"type\":\"enum\",\"name\":\"ModelEventKind\",\"symbols\":[\"registered\",\"candidate\",\"rejected\",\"canary\",\"shadow\",\"published\",\"rolledBack\"]},\"doc\":\"shadow: answers in shadow until it is promoted or rejected. published: live from now on. rolledBack: live no more, restoredVersion is.\"},{\"name\":\"restoredVersion\",\"type\":[\"null\",\"int\"],\"doc\":\"Version that is live again after a rollback.\",\"default\":null},{\"name\":\"at\",\"type\":{\"type\":\"long\",\"logicalType\":\"timestamp-millis\"},\"doc\":\"Wall clock.\"},{\"name\":\"eventTime\",\"type\":{\"type\":\"long\",\"logicalType\":\"timestamp-millis\"},\"doc\":\"Event time up to which the stream had been seen when it happened.\"},{\"name\":\"artifact\",\"type\":\"string\",\"doc\":\"URI of the artifact's manifest.\"},{\"name\":\"sha256\",\"type\":\"string\",\"doc\":\"SHA-256 of the manifest, hex.\"},{\"name\":\"parentVersion\",\"type\":[\"null\",\"int\"],\"doc\":\"Version it was trained from.\",\"default\":null},{\"name\":\"commandId\",\"type\":[\"null\",\"string\"],\"doc\":\"Command that led to it.\",\"default\":null},{\"name\":\"metrics\",\"type\":{\"type\":\"map\",\"values\":\"double\"},\"doc\":\"Measured by the gate or at registration.\"},{\"name\":\"reasons\",\"type\":{\"type\":\"array\",\"items\":\"string\"},\"doc\":\"Why, in words a person understands.\"},{\"name\":\"actor\",\"type\":\"string\",\"doc\":\"Service or person.\"}]}",
  'model.notes': "{\"type\":\"record\",\"name\":\"ModelNote\",\"namespace\":\"driftloop\",\"doc\":\"What a person wrote down about a model, or about something of it. Notes are added and never changed.\",\"fields\":[{\"name\":\"noteId\",\"type\":\"string\",\"doc\":\"Unique: a note that comes twice is one.\"},{\"name\":\"model\",\"type\":\"string\",\"doc\":\"Name of the model; also the record key.\"},{\"name\":\"about\",\"type\":{\"type\":\"enum\",\"name\":\"NoteSubject\",\"symbols\":[\"model\",\"version\",\"window\",\"verdict\",\"run\"]},\"doc\":\"What of the model it is about.\"},{\"name\":\"subject\",\"type\":\"string\",\"doc\":\"Which: a version's number, the begin of a window in epoch milliseconds, a verdict's sequence, the id of a run's command; empty for the model itself.\"},{\"name\":\"text\",\"type\":\"string\",\"doc\":\"As it was typed.\"},{\"name\":\"author\",\"type\":\"string\",\"doc\":\"Who wrote it.\"},{\"name\":\"at\",\"type\":{\"type\":\"long\",\"logicalType\":\"timestamp-millis\"},\"doc\":\"Wall clock.\"}]}",
  'model.specs': "{\"type\":\"record\",\"name\":\"ModelSpec\",\"namespace\":\"driftloop\",\"doc\":\"What a model is and how it is looked after. The newest record of a model holds.\",\"fields\":[{\"name\":\"model\",\"type\":\"string\",\"doc\":\"Name of the model; also the record key.\"},{\"name\":\"task\",\"type\":{\"type\":\"enum\",\"name\":\"ModelTask\",\"symbols\":[\"binary\",\"multiclass\",\"regression\",\"multilabel\",\"ranking\"]},\"doc\":\"What the model answers.\"},{\"name\":\"classes\",\"type\":\"int\",\"doc\":\"Number of classes of a binary or multiclass model; 0 for all others.\"},{\"name\":\"classNames\",\"type\":{\"type\":\"array\",\"items\":\"string\"},\"doc\":\"Names of the classes, in the order of their indices; empty where they have none.\",\"default\":[],\"optional\":true},{\"name\":\"features\",\"type\":{\"type\":\"array\",\"items\":{\"type\":\"record\",\"name\":\"FeatureSpec\",\"fields\":[{\"name\":\"name\",\"type\":\"string\",\"doc\":\"Name.\"},{\"name\":\"kind\",\"type\":{\"type\":\"enum\",\"name\":\"FeatureKind\",\"symbols\":[\"numeric\",\"categorical\",\"embedding\",\"text\"]},\"doc\":\"Categorical values are category indices; an embedding is a vector of `size` numbers; a text is free text.\"},{\"name\":\"allowMissing\",\"type\":\"boolean\",\"doc\":\"Whether NaN is accepted as a missing value.\",\"default\":false},{\"name\":\"categories\",\"type\":{\"type\":\"array\",\"items\":\"string\"},\"doc\":\"Names of the categories of a categorical feature, in the order of their indices; empty where producers send indices.\",\"default\":[],\"optional\":true},{\"name\":\"size\",\"type\":\"int\",\"doc\":\"Numbers of an embedding; 0 for other kinds.\",\"default\":0,\"optional\":true}]}},\"doc\":\"In the order of a request's features.\"},{\"name\":\"window\",\"type\":{\"type\":\"record\",\"name\":\"WindowPolicy\",\"fields\":[{\"name\":\"lengthMs\",\"type\":\"long\",\"doc\":\"Length of a tumbling window in event time.\"},{\"name\":\"allowedLatenessMs\",\"type\":\"long\",\"doc\":\"How long a window waits for late rows, in event time.\"},{\"name\":\"minSamples\",\"type\":\"int\",\"doc\":\"Windows are merged until they hold this many rows.\"},{\"name\":\"allowedAheadMs\",\"type\":\"long\",\"doc\":\"How far an event time may lie ahead of the record's Kafka timestamp; requests beyond are refused. 0 for one window.\",\"default\":0},{\"name\":\"partitionIdleMs\",\"type\":\"long\",\"doc\":\"How long an input partition may be silent, by Kafka's timestamps, before windows that others have passed no longer wait for it.\",\"default\":10000}]},\"doc\":\"How windows are cut.\"},{\"name\":\"drift\",\"type\":{\"type\":\"record\",\"name\":\"DriftPolicy\",\"fields\":[{\"name\":\"expectedWindowsBetweenFalseAlarms\",\"type\":\"double\",\"doc\":\"False-alarm budget.\"},{\"name\":\"detectors\",\"type\":{\"type\":\"array\",\"items\":\"string\"},\"doc\":\"Names of the detectors to run; empty for the default set.\"},{\"name\":\"limits\",\"type\":{\"type\":\"array\",\"items\":{\"type\":\"record\",\"name\":\"PerformanceLimit\",\"fields\":[{\"name\":\"metric\",\"type\":\"string\",\"doc\":\"accuracy, rocAuc, f1, precision, recall or specificity of a classifier; mae, mse or rmse of a regression.\"},{\"name\":\"value\",\"type\":\"double\",\"doc\":\"The least that it may be; of an error the most.\"}]}},\"doc\":\"How good the model must be: a warning says how likely it is that it is worse, before labels come. None by default.\",\"default\":[],\"optional\":true},{\"name\":\"expectedRowsBetweenFalseAlarms\",\"type\":\"double\",\"doc\":\"False-alarm budget of the row watch, in labelled rows; 0 for no row watch.\",\"default\":50000,\"optional\":true}]},\"doc\":\"How drift is judged.\"},{\"name\":\"retrain\",\"type\":{\"type\":\"record\",\"name\":\"RetrainPolicy\",\"fields\":[{\"name\":\"enabled\",\"type\":\"boolean\",\"doc\":\"Whether the ensemble may ask for a new version.\"},{\"name\":\"strategy\",\"type\":\"string\",\"doc\":\"Continual-learning strategy.\"},{\"name\":\"cooldownMs\",\"type\":\"long\",\"doc\":\"Least event time between two commands.\"},{\"name\":\"minLabels\",\"type\":\"int\",\"doc\":\"Least labelled rows to train on.\"},{\"name\":\"maxRows\",\"type\":\"int\",\"doc\":\"Most labelled rows to train on.\"},{\"name\":\"maxSeconds\",\"type\":\"double\",\"doc\":\"Training budget in seconds.\"},{\"name\":\"maxSteps\",\"type\":\"long\",\"doc\":\"Training budget in steps.\"},{\"name\":\"maxAgeMs\",\"type\":\"long\",\"doc\":\"Retrain at the latest after this much event time even without drift; 0 for never.\",\"default\":0}]},\"doc\":\"When and how to retrain.\"},{\"name\":\"rollout\",\"type\":{\"type\":\"record\",\"name\":\"RolloutPolicy\",\"fields\":[{\"name\":\"canaryShare\",\"type\":\"double\",\"doc\":\"Share of requests a canary answers, 0 to publish at once.\"},{\"name\":\"shadowVersions\",\"type\":{\"type\":\"array\",\"items\":\"int\"},\"doc\":\"Versions that answer every request in shadow; one that is proven better than the live version is live again.\"},{\"name\":\"needsApproval\",\"type\":\"boolean\",\"doc\":\"Whether candidates go live only when a person says so; those that do worse are given up all the same.\",\"default\":false,\"optional\":true},{\"name\":\"latencyMargin\",\"type\":\"double\",\"doc\":\"How much longer a version on trial may take for the same rows than the live one, at the 99th percentile, as a share of that: 0.5 allows 1.5 times.\",\"default\":0.5,\"optional\":true},{\"name\":\"errorMargin\",\"type\":\"double\",\"doc\":\"Share of rows by which a version on trial may fail on more than the live one does.\",\"default\":0.01,\"optional\":true}]},\"doc\":\"How a version goes live.\"},{\"name\":\"updatedAt\",\"type\":{\"type\":\"long\",\"logicalType\":\"timestamp-millis\"},\"doc\":\"Wall clock.\"},{\"name\":\"outputs\",\"type\":{\"type\":\"array\",\"items\":{\"type\":\"record\",\"name\":\"OutputSpec\",\"fields\":[{\"name\":\"name\",\"type\":\"string\",\"doc\":\"Name, by which signals and views tell of it.\"},{\"name\":\"target\",\"type\":\"string\",\"doc\":\"What it is about, where that is not its name: outputs of one target share its label. Quantiles without a target are all of the model's one label.\",\"default\":\"\",\"optional\":true},{\"name\":\"quantile\",\"type\":[\"null\",\"double\"],\"doc\":\"Level of the quantile that it is, above 0 and below 1; null where it is none.\",\"default\":null,\"optional\":true}]}},\"doc\":\"Numbers of an answer, in their order, where they are no class probabilities and not one value: targets or quantiles of a regression, labels of a multilabel model. Empty otherwise.\",\"default\":[],\"optional\":true}]}",
  'notification.events': "{\"type\":\"record\",\"name\":\"NotificationEvent\",\"namespace\":\"driftloop\",\"doc\":\"One step on the way of a notification. What is to be told and what was are folded from these, in order. Never a secret.\",\"fields\":[{\"name\":\"kind\",\"type\":{\"type\":\"enum\",\"name\":\"NotificationEventKind\",\"symbols\":[\"raised\",\"formed\",\"attempted\"]},\"doc\":\"raised: a rule fits what has happened. formed: a message is made of it. attempted: its delivery was tried.\"},{\"name\":\"rule\",\"type\":\"string\",\"doc\":\"Name of the rule; also the record key.\"},{\"name\":\"messageId\",\"type\":\"string\",\"doc\":\"Idempotency key of the message, the same at each attempt; empty for raised.\",\"default\":\"\"},{\"name\":\"at\",\"type\":{\"type\":\"long\",\"logicalType\":\"timestamp-millis\"},\"doc\":\"Wall clock.\"},{\"name\":\"groups\",\"type\":{\"type\":\"array\",\"items\":\"string\"},\"doc\":\"Groups that it belongs to: model/<name>, rule, late, test.\",\"default\":[]},{\"name\":\"states\",\"type\":{\"type\":\"map\",\"values\":\"int\"},\"doc\":\"How much has happened, by state.\",\"default\":{}},{\"name\":\"severity\",\"type\":{\"type\":\"enum\",\"name\":\"NotificationSeverity\",\"symbols\":[\"info\",\"warning\",\"error\"]},\"doc\":\"The worst of it.\",\"default\":\"info\"},{\"name\":\"models\",\"type\":{\"type\":\"array\",\"items\":\"string\"},\"doc\":\"Models that it is about, at most 50.\",\"default\":[]},{\"name\":\"firstAt\",\"type\":[\"null\",{\"type\":\"long\",\"logicalType\":\"timestamp-millis\"}],\"doc\":\"When the first of it happened; null for an attempt.\",\"default\":null},{\"name\":\"lastAt\",\"type\":[\"null\",{\"type\":\"long\",\"logicalType\":\"timestamp-millis\"}],\"doc\":\"When the last of it happened.\",\"default\":null},{\"name\":\"title\",\"type\":\"string\",\"doc\":\"Of the message, in words a person understands.\",\"default\":\"\"},{\"name\":\"texts\",\"type\":{\"type\":\"array\",\"items\":\"string\"},\"doc\":\"What has happened, in words a person understands, at most 20.\",\"default\":[]},{\"name\":\"topic\",\"type\":\"string\",\"doc\":\"raised: topic of the records that it comes of; empty for a test.\",\"default\":\"\"},{\"name\":\"partition\",\"type\":\"int\",\"doc\":\"Their partition.\",\"default\":-1},{\"name\":\"fromOffset\",\"type\":\"long\",\"doc\":\"Offset of the first of them.\",\"default\":-1},{\"name\":\"toOffset\",\"type\":\"long\",\"doc\":\"Offset of the last of them.\",\"default\":-1},{\"name\":\"through\",\"type\":\"long\",\"doc\":\"formed: offset of the last raised record of its groups that it holds.\",\"default\":-1},{\"name\":\"attempt\",\"type\":\"int\",\"doc\":\"attempted: which one, from 1.\",\"default\":0},{\"name\":\"outcome\",\"type\":{\"type\":\"enum\",\"name\":\"NotificationOutcome\",\"symbols\":[\"pending\",\"sent\",\"failed\",\"gaveUp\"]},\"doc\":\"attempted: what came of it. failed: it is tried again at nextAt.\",\"default\":\"pending\"},{\"name\":\"reason\",\"type\":\"string\",\"doc\":\"attempted: why it was not sent.\",\"default\":\"\"},{\"name\":\"nextAt\",\"type\":[\"null\",{\"type\":\"long\",\"logicalType\":\"timestamp-millis\"}],\"doc\":\"attempted: when it is tried again; null where it is not.\",\"default\":null}]}",
  'notification.rules': "{\"type\":\"record\",\"name\":\"NotificationRule\",\"namespace\":\"driftloop\",\"doc\":\"Who is told of what, and how often at most. The newest record of a name holds. Never a secret: those are named, and lie with the notifier.\",\"fields\":[{\"name\":\"name\",\"type\":\"string\",\"doc\":\"Name; also the record key.\"},{\"name\":\"channel\",\"type\":{\"type\":\"enum\",\"name\":\"NotificationChannel\",\"symbols\":[\"webhook\",\"slack\",\"email\",\"pagerduty\"]},\"doc\":\"How it is told.\"},{\"name\":\"to\",\"type\":{\"type\":\"array\",\"items\":\"string\"},\"doc\":\"webhook: the URL. email: addresses. Empty for the others, whose address is a secret.\"},{\"name\":\"secret\",\"type\":\"string\",\"doc\":\"Name of the secret: a webhook's signing key, the URL of a Slack webhook, a routing key of PagerDuty; empty for e-mail.\",\"default\":\"\"},{\"name\":\"models\",\"type\":[\"null\",{\"type\":\"array\",\"items\":\"string\"}],\"doc\":\"Models that it is about; null for all, and for what belongs to none.\",\"default\":null},{\"name\":\"states\",\"type\":{\"type\":\"array\",\"items\":\"string\"},\"doc\":\"What it tells of: states of verdicts, kinds of model events, retrainFailed, deadLetter.\"},{\"name\":\"roles\",\"type\":{\"type\":\"array\",\"items\":\"string\"},\"doc\":\"Roles of versions that it is about: live, canary, shadow, candidate; empty for all.\",\"default\":[]},{\"name\":\"groupBy\",\"type\":{\"type\":\"enum\",\"name\":\"NotificationGroupBy\",\"symbols\":[\"model\",\"rule\"]},\"doc\":\"What goes into one message: what is about one model, or everything.\"},{\"name\":\"groupMs\",\"type\":\"long\",\"doc\":\"How long others are waited for before a message is made, ms.\"},{\"name\":\"cooldownMs\",\"type\":\"long\",\"doc\":\"Least time between two messages of one group, ms.\"},{\"name\":\"mostPerHour\",\"type\":\"int\",\"doc\":\"Messages in an hour at most; what is over goes into one later.\"},{\"name\":\"quietHours\",\"type\":\"string\",\"doc\":\"HH:MM-HH:MM in which nothing is told; empty for none. What comes then is told in one message after.\",\"default\":\"\"},{\"name\":\"timeZone\",\"type\":\"string\",\"doc\":\"Time zone of the quiet hours, by its IANA name.\",\"default\":\"UTC\"},{\"name\":\"createdAt\",\"type\":{\"type\":\"long\",\"logicalType\":\"timestamp-millis\"},\"doc\":\"Wall clock; what was before is not told.\"},{\"name\":\"createdBy\",\"type\":\"string\",\"doc\":\"Who made it, or changed it last.\"},{\"name\":\"endedAt\",\"type\":[\"null\",{\"type\":\"long\",\"logicalType\":\"timestamp-millis\"}],\"doc\":\"When it was removed; null while it holds.\",\"default\":null},{\"name\":\"endedBy\",\"type\":\"string\",\"doc\":\"Who removed it.\",\"default\":\"\"}]}",
  'payload.events': "{\"type\":\"record\",\"name\":\"PayloadEvent\",\"namespace\":\"driftloop\",\"doc\":\"One half of a call that a system beside driftloop has answered, as its payload log tells it (internal): the request or the response.\",\"fields\":[{\"name\":\"model\",\"type\":\"string\",\"doc\":\"Name of the model here.\"},{\"name\":\"callId\",\"type\":\"string\",\"doc\":\"What request and response have in common; the record key is it with the model before.\"},{\"name\":\"half\",\"type\":{\"type\":\"enum\",\"name\":\"PayloadHalf\",\"symbols\":[\"request\",\"response\"]},\"doc\":\"Which half.\"},{\"name\":\"time\",\"type\":\"long\",\"doc\":\"When it happened, epoch milliseconds; -1 where the event does not say.\"},{\"name\":\"version\",\"type\":\"string\",\"doc\":\"What the event calls the version that answered; empty where it does not say.\",\"default\":\"\"},{\"name\":\"body\",\"type\":\"bytes\",\"doc\":\"The body of the call, as it was.\"},{\"name\":\"source\",\"type\":\"string\",\"doc\":\"Topic that it was read from; empty where it came over HTTP.\",\"default\":\"\"},{\"name\":\"sourcePartition\",\"type\":\"int\",\"doc\":\"Partition of that topic.\",\"default\":-1},{\"name\":\"sourceOffset\",\"type\":\"long\",\"doc\":\"Offset in that partition: an event that was passed on twice has the same.\",\"default\":-1}]}",
  'retrain.commands': "{\"type\":\"record\",\"name\":\"RetrainCommand\",\"namespace\":\"driftloop\",\"doc\":\"Asks the trainer for a new version, to bring an old one back, or to decide about a candidate in shadow.\",\"fields\":[{\"name\":\"commandId\",\"type\":\"string\",\"doc\":\"Hash of what was decided; the same decision has the same id.\"},{\"name\":\"model\",\"type\":\"string\",\"doc\":\"Name of the model; also the record key.\"},{\"name\":\"baseVersion\",\"type\":\"int\",\"doc\":\"Version to train on from.\"},{\"name\":\"action\",\"type\":{\"type\":\"enum\",\"name\":\"CommandAction\",\"symbols\":[\"retrain\",\"restore\",\"promote\",\"reject\"]},\"doc\":\"retrain. restore: an earlier version is to be live again. promote, reject: the candidate in shadow is to go live, or not.\"},{\"name\":\"restoreVersion\",\"type\":[\"null\",\"int\"],\"doc\":\"Version to restore, promote or reject.\",\"default\":null},{\"name\":\"rollout\",\"type\":{\"type\":\"enum\",\"name\":\"CandidateRollout\",\"symbols\":[\"publish\",\"shadow\",\"fresh\"]},\"doc\":\"What becomes of a candidate that passes the gate: it is live at once (publish), answers in shadow first (shadow), or is live at once unless it comes late (fresh).\",\"default\":\"publish\"},{\"name\":\"eventTime\",\"type\":{\"type\":\"long\",\"logicalType\":\"timestamp-millis\"},\"doc\":\"Event time of the decision.\"},{\"name\":\"issuedAt\",\"type\":{\"type\":\"long\",\"logicalType\":\"timestamp-millis\"},\"doc\":\"Wall clock of the decision.\"},{\"name\":\"issuedBy\",\"type\":\"string\",\"doc\":\"ensemble, or who asked for it.\"},{\"name\":\"selection\",\"type\":{\"type\":\"array\",\"items\":{\"type\":\"record\",\"name\":\"DataRange\",\"fields\":[{\"name\":\"from\",\"type\":{\"type\":\"long\",\"logicalType\":\"timestamp-millis\"},\"doc\":\"Event time, inclusive.\"},{\"name\":\"to\",\"type\":{\"type\":\"long\",\"logicalType\":\"timestamp-millis\"},\"doc\":\"Event time, exclusive.\"},{\"name\":\"weight\",\"type\":\"double\",\"doc\":\"Weight of each row.\"},{\"name\":\"reason\",\"type\":\"string\",\"doc\":\"Why this range.\"}]}},\"doc\":\"Labelled data to train on.\"},{\"name\":\"labelsThrough\",\"type\":{\"type\":\"array\",\"items\":{\"type\":\"record\",\"name\":\"InputPosition\",\"fields\":[{\"name\":\"partition\",\"type\":\"int\",\"doc\":\"Input partition.\"},{\"name\":\"offset\",\"type\":\"long\",\"doc\":\"One past the last input offset seen.\"}]}},\"doc\":\"Labels up to here count: the data is frozen even if the command runs late.\"},{\"name\":\"strategy\",\"type\":\"string\",\"doc\":\"Continual-learning strategy.\"},{\"name\":\"maxSeconds\",\"type\":\"double\",\"doc\":\"Training budget in seconds.\"},{\"name\":\"maxSteps\",\"type\":\"long\",\"doc\":\"Training budget in steps.\"},{\"name\":\"reasons\",\"type\":{\"type\":\"array\",\"items\":\"string\"},\"doc\":\"Why, in words a person understands.\"}]}",
  'service.checkpoints': "{\"type\":\"record\",\"name\":\"ServiceCheckpoint\",\"namespace\":\"driftloop\",\"doc\":\"State of a stateful reader at an input position (internal, compacted).\",\"fields\":[{\"name\":\"service\",\"type\":\"string\",\"doc\":\"Service and role; the key is service, topic and partition joined by '/'.\"},{\"name\":\"topic\",\"type\":\"string\",\"doc\":\"Input topic, without prefix.\"},{\"name\":\"partition\",\"type\":\"int\",\"doc\":\"Input partition.\"},{\"name\":\"position\",\"type\":\"long\",\"doc\":\"One past the last input offset the state has seen.\"},{\"name\":\"format\",\"type\":\"int\",\"doc\":\"Version of the state's format; another version is ignored and the input read from the start.\"},{\"name\":\"state\",\"type\":\"bytes\",\"doc\":\"The state, UTF-8 JSON.\"},{\"name\":\"topicId\",\"type\":\"string\",\"doc\":\"Id of the input topic that the position lies in; empty where brokers know no ids.\",\"default\":\"\"}]}",
  'study.events': "{\"type\":\"record\",\"name\":\"StudyEvent\",\"namespace\":\"driftloop\",\"doc\":\"One step in the life of a study's job. Who works on what is folded from these, in order.\",\"fields\":[{\"name\":\"study\",\"type\":\"string\",\"doc\":\"Id of the study; also the record key.\"},{\"name\":\"job\",\"type\":\"string\",\"doc\":\"Id of the job within the study; empty for a step of the study itself.\"},{\"name\":\"kind\",\"type\":{\"type\":\"enum\",\"name\":\"StudyEventKind\",\"symbols\":[\"planned\",\"claimed\",\"done\",\"failed\",\"stopped\"]},\"doc\":\"planned: the study begins. claimed: a worker takes the job, or goes on with it. done, failed: how an attempt ended. stopped: nothing more of the study is begun.\"},{\"name\":\"worker\",\"type\":\"string\",\"doc\":\"Who says so.\"},{\"name\":\"attempt\",\"type\":\"int\",\"doc\":\"Which attempt at the job, from 1; 0 for a step of the study itself.\"},{\"name\":\"body\",\"type\":\"string\",\"doc\":\"JSON: of planned the study, of done the result, of failed the reason; else empty.\"}]}",
  'training.progress': "{\"type\":\"record\",\"name\":\"TrainingProgress\",\"namespace\":\"driftloop\",\"doc\":\"Where a training run is.\",\"fields\":[{\"name\":\"model\",\"type\":\"string\",\"doc\":\"Name of the model; also the record key.\"},{\"name\":\"commandId\",\"type\":\"string\",\"doc\":\"The command that is being carried out.\"},{\"name\":\"phase\",\"type\":{\"type\":\"enum\",\"name\":\"TrainingPhase\",\"symbols\":[\"queued\",\"superseded\",\"reading\",\"training\",\"validating\",\"shadow\",\"canary\",\"published\",\"rejected\",\"failed\"]},\"doc\":\"Phase the run is in. shadow, canary: it has ended, and its candidate answers in shadow, or a share of the requests.\"},{\"name\":\"version\",\"type\":[\"null\",\"int\"],\"doc\":\"Candidate version, once it has one.\",\"default\":null},{\"name\":\"step\",\"type\":\"long\",\"doc\":\"Optimizer steps done.\"},{\"name\":\"steps\",\"type\":\"long\",\"doc\":\"Optimizer steps planned; 0 where unknown.\"},{\"name\":\"loss\",\"type\":[\"null\",\"double\"],\"doc\":\"Training loss of the last report.\",\"default\":null},{\"name\":\"metrics\",\"type\":{\"type\":\"map\",\"values\":\"double\"},\"doc\":\"samplesPerSecond, accuracy and the like.\"},{\"name\":\"at\",\"type\":{\"type\":\"long\",\"logicalType\":\"timestamp-millis\"},\"doc\":\"Wall clock.\"},{\"name\":\"message\",\"type\":\"string\",\"doc\":\"For a person.\"}]}",
};
