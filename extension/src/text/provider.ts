/** Completion in the text of a spec, by Lab's own completer. */

import type { SourceChange } from '@jupyter/ydoc';
import { Completer, CompleterModel, CompletionProviderManager } from '@jupyterlab/completer';
import type {
  CompletionHandler,
  ICompletionContext,
  ICompletionProvider,
  ICompletionProviderManager
} from '@jupyterlab/completer';
import { Text } from '@jupyterlab/coreutils';
import { DocumentWidget } from '@jupyterlab/docregistry';
import { codeIcon, listIcon, tableRowsIcon } from '@jupyterlab/ui-components';
import type { LabIcon } from '@jupyterlab/ui-components';

import type { Common } from '../common.js';
import { cells, matching } from '../core/completionMatching.js';
import type { Choice } from '../core/completionMatching.js';
import { isSpec } from '../core/files.js';
import { completing } from './known.js';

type Item = CompletionHandler.ICompletionItem;

/** A choice as the completer shows it, with what the merging of several providers would lose. */
interface SpecItem extends Item {
  readonly choice: Choice;
  readonly range: { readonly start: number; readonly end: number };
}

function isOurs(item: Item): item is SpecItem {
  return 'choice' in item && 'range' in item;
}

function isOfSpec(context: ICompletionContext): boolean {
  const { widget } = context;
  return widget instanceof DocumentWidget && isSpec(widget.context.path);
}

function escaped(text: string): string {
  const node = document.createElement('span');
  node.textContent = text;
  return node.innerHTML;
}

/**
 * Shows our choices alone and in their order. Lab's own model mixes in every word of the text, sorts what is left by
 * letters, and knows a choice by its label only: "key: " would then not fit "key".
 */
class SpecCompleterModel extends CompleterModel {
  override setCompletionItems(items: CompletionHandler.ICompletionItems): void {
    const ours = items.filter(isOurs);
    const [first] = ours;
    if (first !== undefined) {
      this.cursor = first.range;
    }
    this.ours = ours.map(one => ({ ...one, insertText: one.choice.insert }));
    super.setCompletionItems(this.ours);
  }

  override completionItems(): CompletionHandler.ICompletionItems {
    if (this.ours.length === 0) {
      return super.completionItems();
    }
    if (this.processedItemsCache === null) {
      const fitting = matching(this.query, this.ours.map(one => one.choice));
      const items = fitting.flatMap(choice => this.ours.filter(one => one.choice === choice));
      this.processedItemsCache = items.map(one => ({ ...one, label: escaped(one.choice.label) }));
    }
    return this.processedItemsCache;
  }

  override resolveItem(indexOrValue: number | Item): Promise<Item | null> | undefined {
    if (this.ours.length === 0) {
      return super.resolveItem(indexOrValue);
    }
    const item = typeof indexOrValue === 'number' ? this.completionItems()[indexOrValue] : indexOrValue;
    return item === undefined ? undefined : Promise.resolve(item);
  }

  override reset(hard = false): void {
    this.ours = [];
    super.reset(hard);
  }

  private ours: SpecItem[] = [];
}

const ICONS: Readonly<Record<Choice['kind'], LabIcon>> = { key: codeIcon, column: tableRowsIcon, value: listIcon };

function itemOf(choice: Choice, range: SpecItem['range']): SpecItem {
  const { label, insert, about, help, kind } = choice;
  return {
    label,
    insertText: insert,
    type: about === label ? '' : about,
    documentation: help,
    icon: ICONS[kind],
    choice,
    range
  };
}

/** Draws our choices so that what stands beside them keeps to its line; all others as they would be drawn. */
class SpecRenderer implements Completer.IRenderer {
  constructor(private readonly next: () => Completer.IRenderer | null | undefined) {}

  createCompletionItemNode(item: Item, orderedTypes: string[]): HTMLLIElement {
    const node = this.other(item).createCompletionItemNode(item, orderedTypes);
    node.classList.toggle('sudare-choice', isOurs(item));
    return node;
  }

  createDocumentationNode(item: Item): HTMLElement {
    return this.other(item).createDocumentationNode?.(item) ?? document.createElement('div');
  }

  itemWidthHeuristic(item: Item): number {
    const said = isOurs(item) ? [item.choice.label, item.choice.about] : [item.label, item.type ?? ''];
    const own = isOurs(item) ? null : this.next()?.itemWidthHeuristic?.(item);
    return own ?? cells(said.join('').replace(/<\/?mark>/g, '')); // Lab marks what fits
  }

  createLoadingDocsIndicator(): HTMLElement {
    const other = this.next() ?? Completer.getDefaultRenderer();
    return other.createLoadingDocsIndicator?.() ?? document.createElement('div');
  }

  private other(item: Item): Completer.IRenderer {
    return (isOurs(item) ? null : this.next()) ?? Completer.getDefaultRenderer();
  }
}

export class SpecProvider implements ICompletionProvider {
  readonly identifier = 'CompletionProvider:sudare';
  // The completer takes the model and the look of every editor's list from the provider that ranks first. To bring a
  // model to the texts of specs it must be this one; all else is left to the one that would be first without it.
  readonly rank = 1010;

  constructor(
    private readonly common: Common,
    private readonly manager: ICompletionProviderManager
  ) {}

  readonly renderer: Completer.IRenderer = new SpecRenderer(() => this.next?.renderer);

  isApplicable(context: ICompletionContext): Promise<boolean> {
    return Promise.resolve(isOfSpec(context));
  }

  async modelFactory(context: ICompletionContext): Promise<Completer.IModel> {
    if (isOfSpec(context)) {
      return new SpecCompleterModel();
    }
    return (await this.next?.modelFactory?.(context)) ?? new CompleterModel();
  }

  async fetch({ text, offset }: CompletionHandler.IRequest): Promise<CompletionHandler.ICompletionItemsReply> {
    const { choicesAt, known } = await completing(this.common);
    const found = choicesAt(text, Text.charIndexToJsIndex(offset, text), known);
    if (found === null) {
      return { start: offset, end: offset, items: [] };
    }
    const range = { start: found.from, end: found.to };
    const items = found.choices.map(choice => itemOf(choice, range));
    // The completer counts characters, where a rare one is two of a text's.
    return { start: Text.jsIndexToCharIndex(found.from, text), end: Text.jsIndexToCharIndex(found.to, text), items };
  }

  shouldShowContinuousHint(completerIsVisible: boolean, changed: SourceChange): boolean {
    return !completerIsVisible && (changed.sourceChange ?? []).some(one => /^\S/.test(one.insert ?? ''));
  }

  private get next(): ICompletionProvider | undefined {
    const others = this.manager instanceof CompletionProviderManager ? [...this.manager.getProviders().values()] : [];
    return others
      .filter(one => one !== this && (one.rank ?? 0) >= 0)
      .sort((a, b) => (b.rank ?? 0) - (a.rank ?? 0))
      .find(one => one.modelFactory !== undefined || one.renderer);
  }
}
