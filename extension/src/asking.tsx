/** A dialog that stays open until what was asked for is done: what is wrong is said in it, not after it. */

import { Dialog, ReactWidget } from '@jupyterlab/apputils';
import * as React from 'react';

import { ProblemList, problemsIn } from './common.js';
import type { Common } from './common.js';
import type { ProblemTold } from './types.js';

/** What the body of such a dialog is drawn from. */
export interface Asked<S> {
  readonly state: S;
  readonly change: (part: Partial<S>) => void;
  /** Close the dialog, do something that needs a dialog of Lab's own, and open it again with what came of it. */
  readonly leave: (to: () => Promise<Partial<S>>) => void;
}

interface Question<S, R> {
  readonly title: string;
  readonly okLabel: string;
  readonly state: S;
  readonly body: (asked: Asked<S>) => React.JSX.Element;
  /** Do what is asked for; what it throws is said in the dialog. */
  readonly answer: (state: S) => Promise<R>;
}

class Form<S extends object, R> extends ReactWidget implements Dialog.IBodyWidget<R | null> {
  constructor(
    private readonly question: Question<S, R>,
    public state: S,
    private problems: readonly ProblemTold[]
  ) {
    super();
    this.addClass('sudare-dialog');
  }

  leaving: (() => Promise<Partial<S>>) | null = null;
  dialog: Dialog<R | null> | null = null;

  getValue(): R | null {
    return this.result;
  }

  /** Do what is asked for. Returns whether it is done; if not, the dialog says why. */
  async submit(): Promise<boolean> {
    if (this.isBusy) {
      return false;
    }
    this.isBusy = true;
    try {
      this.result = await this.question.answer(this.state);
      return true;
    } catch (error) {
      this.problems = problemsIn(error);
      this.redraw();
      return false;
    } finally {
      this.isBusy = false;
    }
  }

  override render(): React.JSX.Element {
    return <Body form={this} />;
  }

  draw(again: () => void): React.JSX.Element {
    this.redraw = again;
    const change = (part: Partial<S>): void => {
      this.state = { ...this.state, ...part };
      again();
    };
    const leave = (to: () => Promise<Partial<S>>): void => {
      this.leaving = to;
      this.dialog?.reject();
    };
    return (
      <>
        {this.question.body({ state: this.state, change, leave })}
        <div role="alert" className="sudare-said" data-sudare="dialog-problems">
          {this.problems.length === 0 ? null : <ProblemList problems={this.problems} />}
        </div>
      </>
    );
  }

  private redraw: () => void = () => undefined;
  private result: R | null = null;
  private isBusy = false;
}

function Body<S extends object, R>({ form }: { form: Form<S, R> }): React.JSX.Element {
  const [, again] = React.useReducer((n: number) => n + 1, 0);
  return form.draw(again);
}

class StaysOpen<S extends object, R> extends Dialog<R | null> {
  constructor(
    private readonly form: Form<S, R>,
    options: Partial<Dialog.IOptions<R | null>>
  ) {
    super(options);
    this.addClass('sudare-asking');
    form.dialog = this;
  }

  override resolve(index?: number): void {
    if (index === CANCEL) {
      super.resolve(index);
      return;
    }
    void this.form.submit().then(isDone => {
      if (isDone) {
        super.resolve(index);
      }
    });
  }
}

const CANCEL = 0; // the place of its button

/** Ask until it is done; null when the person thinks better of it. */
export async function ask<S extends object, R>(common: Common, question: Question<S, R>): Promise<R | null> {
  const { title, okLabel } = question;
  let { state } = question;
  let problems: readonly ProblemTold[] = [];
  for (;;) {
    const form = new Form(question, state, problems);
    const buttons = [Dialog.cancelButton({ label: common.trans.__('Cancel') }), Dialog.okButton({ label: okLabel })];
    const answer = await new StaysOpen(form, { title, body: form, buttons }).launch();
    if (form.leaving === null) {
      return answer.button.accept ? answer.value : null;
    }
    // Lab shows one dialog after another: one that is opened from within another would wait for it for ever.
    ({ state, problems } = await form.leaving().then(
      part => ({ state: { ...form.state, ...part }, problems: [] }),
      (error: unknown) => ({ state: form.state, problems: problemsIn(error) })
    ));
  }
}
