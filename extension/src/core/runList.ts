/** Runs as the page knows them: what the server listed, and what its events said since. */

import type { RunEvent, RunTold } from '../types.js';

const STATES: readonly string[] = ['queued', 'running', 'done', 'refused', 'cancelled', 'error', 'interrupted'];

function isState(state: string): state is RunTold['state'] {
  return STATES.includes(state);
}

/** Whether nothing more will come of a run. */
export function isEnded(state: string): boolean {
  return state !== 'queued' && state !== 'running';
}

/** The event in some data, or null where it is none of ours. */
export function eventOf(data: unknown): RunEvent | null {
  if (typeof data !== 'object' || data === null || !('id' in data) || !('state' in data)) {
    return null;
  }
  const { id, state } = data;
  if (typeof id !== 'string' || typeof state !== 'string') {
    return null;
  }
  const stage = 'stage' in data && typeof data.stage === 'string' ? data.stage : '';
  const share = 'share' in data && typeof data.share === 'number' ? data.share : 0;
  return { id, state, stage, share };
}

/** What an event makes of the list. `asks` says that the server must be asked: the event tells too little. */
export function withEvent(runs: readonly RunTold[], event: RunEvent): { runs: RunTold[]; asks: boolean } {
  const known = runs.find(run => run.id === event.id);
  if (known === undefined || !isState(event.state)) {
    return { runs: [...runs], asks: true };
  }
  if (isEnded(known.state)) {
    return { runs: [...runs], asks: false }; // a late event of a run that ended
  }
  const { state } = event;
  const changed: RunTold = { ...known, state, stage: event.stage, share: Math.min(1, Math.max(0, event.share)) };
  return { runs: runs.map(run => (run.id === event.id ? changed : run)), asks: isEnded(state) };
}

/** The newest of the listed runs that are of a spec. */
export function runsOf(runs: readonly RunTold[], spec: string): RunTold[] {
  return runs.filter(run => run.spec === spec);
}

/** How many runs work, and how many wait. */
export function counted(runs: readonly RunTold[]): { running: number; queued: number } {
  return {
    running: runs.filter(run => run.state === 'running').length,
    queued: runs.filter(run => run.state === 'queued').length
  };
}

/** A share as whole percents. */
export function percent(share: number): number {
  return Math.round(Math.min(1, Math.max(0, share)) * 100);
}

/** The values of parameters that are others than in the spec: only these are set for a run, and recorded. */
export function changedValues(
  parameters: readonly { readonly name: string; readonly value: string | null }[],
  values: Readonly<Record<string, string>>
): Record<string, string> {
  const changed = parameters.flatMap(({ name, value }) => {
    const wanted = values[name];
    return wanted === undefined || wanted === (value ?? '') ? [] : [[name, wanted] as const];
  });
  return Object.fromEntries(changed);
}
