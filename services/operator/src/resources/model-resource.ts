/** API group and version of the resources. */
export const GROUP = 'driftloop.dev';
export const VERSION = 'v1alpha1';

/** What of a resource's metadata is looked at. */
export interface Metadata {
  readonly name: string;
  readonly uid: string;
  readonly generation: number;
  /** ISO 8601. */
  readonly creationTimestamp: string;
}

/** Where a file is. One of the two; the API server sees to that. */
export interface Source {
  /** `https://`, `http://`, `s3://bucket/key` or `oci://registry/name:tag`. */
  readonly url?: string;
  /** Key of a ConfigMap of the same namespace, in its `binaryData` or `data`. */
  readonly configMap?: { readonly name: string; readonly key: string };
  /** What the bytes must hash to, hex. */
  readonly sha256?: string;
}

/** Labelled rows: what drift is measured against. */
export interface Reference extends Source {
  /** Column with the truth; of several targets one for each, separated by commas. */
  readonly label: string;
  /** Column with request ids, which is no feature. */
  readonly id?: string;
  /** Column with the rows' time. */
  readonly time?: string;
}

/** Where a version is to answer once it is registered. */
export type Rollout = 'Live' | 'Shadow' | 'Registered';

/** `kind: Model`. */
export interface ModelResource {
  readonly metadata: Metadata;
  readonly spec: {
    /** The model's spec, as in docs/specs.md; or `specRef`. */
    readonly spec?: Readonly<Record<string, unknown>>;
    /** A ModelSpec of the same namespace. */
    readonly specRef?: { readonly name: string };
    readonly source: Source;
    readonly reference: Reference;
    readonly rollout?: Rollout;
  };
  readonly status?: ModelStatus;
}

/** `kind: ModelSpec`: a spec that Models name. */
export interface ModelSpecResource {
  readonly metadata: Metadata;
  readonly spec: Readonly<Record<string, unknown>>;
}

/** A condition as Kubernetes' own resources have it. */
export interface Condition {
  readonly type: 'SpecValid' | 'Registered' | 'Ready';
  readonly status: 'True' | 'False' | 'Unknown';
  readonly reason: string;
  readonly message: string;
  /** ISO 8601. */
  readonly lastTransitionTime: string;
  readonly observedGeneration: number;
}

/** What the operator says of a Model. */
export interface ModelStatus {
  readonly observedGeneration: number;
  /** Name of the model in driftloop. */
  readonly model?: string;
  /** What became of the version that this resource asks for. */
  readonly state: string;
  /** Its number. */
  readonly registeredVersion?: number;
  /** Version that answers; another than the one above once a retrain has replaced it. */
  readonly liveVersion?: number;
  readonly canaryVersion?: number;
  readonly shadowVersion?: number;
  /** `stable`, `warning`, `drift`, or `unknown` while ClickHouse cannot tell. */
  readonly drift?: string;
  readonly conditions: readonly Condition[];
}
