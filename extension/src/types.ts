// Made by `python -m sudare.server.types` from toolkit/sudare/server/types.py. Do not edit.

/** What is wrong, and where. */
export interface ProblemTold {
  code: string;
  where: string;
  message: string;
}

/** A declared column, and the places of the steps that decide it. */
export interface ColumnTold {
  name: string;
  place: string;
  type: string | null;
  type_name: string;
  kind: string | null;
  kind_name: string | null;
  unit: string | null;
  special_care: boolean;
  in_scope: boolean;
  decided_by: number[];
  is_open: boolean;
  declared: boolean;
  data: Record<string, unknown>;
}

/** One parameter in words. */
export interface ParameterTold {
  title: string;
  value: string;
}

/** One step as a card shows it; `data` is what its form begins with. */
export interface StepTold {
  index: number;
  technique: string;
  label: string;
  columns: string[];
  standards: number[];
  because: string;
  by: string | null;
  disabled: boolean;
  parameters: ParameterTold[];
  data: Record<string, unknown>;
  problems: ProblemTold[];
}

/** One check in words. */
export interface CheckTold {
  index: number;
  measure: string;
  label: string;
  columns: string[];
  limit: string;
  parameters: ParameterTold[];
  data: Record<string, unknown>;
  problems: ProblemTold[];
}

/** A finding that a person decided needs no step; `label` names its kind. */
export interface DismissalTold {
  index: number;
  finding: string;
  label: string;
  column: string | null;
  standards: number[];
  because: string;
  by: string | null;
}

/** How far one of the five standards is decided. */
export interface StandardTold {
  standard: number;
  title: string;
  article: string;
  status: 'decided' | 'open';
  columns: string[];
  open: ProblemTold[];
}

/** One signature, and whether it still holds. */
export interface ApprovalTold {
  by: string;
  until: string | null;
  holds: boolean;
}

/** A parameter `${NAME}` of the spec: its default there, and where it is used in words. */
export interface GivenTold {
  name: string;
  value: string | null;
  description: string | null;
}

/** A plain part of the spec in words; `data` is what its form begins with. */
export interface PartTold {
  id: string;
  given: boolean;
  lines: ParameterTold[];
  data: Record<string, unknown>;
}

/** A file beside the spec that steps or checks go by, by its name only. */
export interface FileTold {
  name: string;
  places: string[];
  found: boolean;
}

/** The reading view of a spec. A text that is no spec has only `text`, `revision` and `problems`. */
export interface ViewTold {
  text: string;
  revision: string | null;
  problems: ProblemTold[];
  title?: string;
  regime?: string;
  columns?: ColumnTold[];
  steps?: StepTold[];
  dismissed?: DismissalTold[];
  checks?: CheckTold[];
  standards?: StandardTold[];
  open?: ProblemTold[];
  approvals?: ApprovalTold[];
  parameters?: GivenTold[];
  scope_because?: string | null;
  outputs?: string[];
  parts?: PartTold[];
  files?: FileTold[];
}

/** A technique with the JSON Schema of its form. */
export interface TechniqueTold {
  id: string;
  label: string;
  about: string;
  law: string;
  schema: Record<string, unknown>;
}

/** A measure with the JSON Schema of its form. */
export interface MeasureTold {
  id: string;
  label: string;
  about: string;
  schema: Record<string, unknown>;
}

/** One of the five standards as the law has it. */
export interface StandardInLaw {
  id: number;
  title: string;
  article: string;
  explanation: string;
}

/** A place in the guideline's tree: it opens a notebook, gives steps, or holds more. */
export interface Branch {
  id: string;
  title: string;
  children?: Branch[];
  notebook?: string;
  technique?: string;
  steps?: Record<string, unknown>[];
}

/** A plain part of a spec with the JSON Schema of its form; null where it is only shown. */
export interface PartForm {
  id: string;
  label: string;
  about: string;
  schema: Record<string, unknown> | null;
}

/** What there is to choose from. */
export interface CatalogueTold {
  version: string;
  techniques: TechniqueTold[];
  measures: MeasureTold[];
  standards: StandardInLaw[];
  guideline: Branch[];
  parts: PartForm[];
  column: Record<string, unknown>;
  dismissal: Record<string, unknown>;
}

/** The text after an edit. */
export interface EditTold {
  text: string;
}

/** Where a drafted spec and its studio are, and the one cell of the studio that opens the desk. */
export interface DraftTold {
  path: string;
  notebook: string;
  created: boolean;
  cell: string;
}

/** Where a notebook of the guideline is. */
export interface NotebookTold {
  path: string;
}

/** What the server is set to. */
export interface SettingsTold {
  key_store: string;
  concurrent_runs: number;
  most_concurrent_runs: number;
  small_count_limit: number;
  least_small_count_limit: number;
  regime: string;
}

/** A standard in the answer of a check. */
export interface CheckedStandard {
  status: string;
  columns: string[];
}

/** What `sudare check --json` prints, as far as the page uses it. */
export interface CheckedTold {
  ok: boolean;
  problems: ProblemTold[];
  standards: Record<string, CheckedStandard>;
  open: ProblemTold[];
}

/** One change in words; `what` is the part of the spec, and `loosens` is told of limits only. */
export interface ChangeTold {
  what: string;
  where: string;
  message: string;
  loosens: boolean | null;
}

/** One signature after the changes. */
export interface ApprovalNowTold {
  message: string;
  holds: boolean;
}

/** What changed: each change by its part, the signatures, and all of it in lines. */
export interface DiffTold {
  same: boolean;
  changes: ChangeTold[];
  approvals: ApprovalNowTold[];
  lines: string[];
}

/** A production run. */
export interface RunTold {
  id: string;
  spec: string;
  input: string;
  out: string;
  state: 'queued' | 'running' | 'done' | 'refused' | 'cancelled' | 'error' | 'interrupted';
  stage: string;
  share: number;
  started: string | null;
  ended: string | null;
  problems: ProblemTold[];
  receipt: string | null;
  report: string | null;
}

/** All runs, the newest first. */
export interface RunsTold {
  runs: RunTold[];
}

/** What an event says of a run. */
export interface RunEvent {
  id: string;
  state: string;
  stage: string;
  share: number;
}

/** The body of every answer that is no success. */
export interface ProblemsTold {
  problems: ProblemTold[];
}
