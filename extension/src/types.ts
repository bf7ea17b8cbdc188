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
  type: string | null;
  kind: string | null;
  unit: string | null;
  in_scope: boolean;
  decided_by: number[];
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
  data: Record<string, unknown>;
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

/** The reading view of a spec. A text that is no spec has only `text`, `revision` and `problems`. */
export interface ViewTold {
  text: string;
  revision: string | null;
  problems: ProblemTold[];
  title?: string;
  regime?: string;
  columns?: ColumnTold[];
  steps?: StepTold[];
  dismissed?: Record<string, unknown>[];
  checks?: CheckTold[];
  standards?: StandardTold[];
  open?: ProblemTold[];
  approvals?: ApprovalTold[];
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

/** What there is to choose from. */
export interface CatalogueTold {
  version: string;
  techniques: TechniqueTold[];
  measures: MeasureTold[];
  standards: StandardInLaw[];
  guideline: Branch[];
}

/** The text after an edit. */
export interface EditTold {
  text: string;
}

/** Where a drafted spec and its studio are. */
export interface DraftTold {
  path: string;
  notebook: string;
  created: boolean;
}

/** Where a notebook of the guideline is. */
export interface NotebookTold {
  path: string;
}

/** What the server is set to. */
export interface SettingsTold {
  key_store: string;
  concurrent_runs: number;
  small_count_limit: number;
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

/** What changed, in words. */
export interface DiffTold {
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
