import type { Language } from '../../protocol/Language';
import type { Problem } from '../../protocol/Problem';
import type { ProblemDraft } from '../../protocol/ProblemDraft';
import { problemMessages as text } from './messages';

export interface ProblemFields extends Record<string, unknown> {
  title: string;
  statement: string;
  /** By language id; only what differs from the language's own. */
  starterCode: Record<string, string>;
}

export const emptyProblem: ProblemFields = { title: '', statement: '', starterCode: {} };

export const problemRules = {
  title: (value: string) => (value.trim() === '' ? text.titleMissing : null),
};

export function fieldsOf({ title, statement, starterCode }: Problem): ProblemFields {
  return { title, statement, starterCode };
}

/** The starter code with one language's text put in; the language's own text counts as none. */
export function withStarter(
  starterCode: Record<string, string>,
  language: Language,
  source: string,
): Record<string, string> {
  const { [language.id]: _before, ...others } = starterCode;
  return source === language.starterCode ? others : { ...others, [language.id]: source };
}

export function toDraft({ title, statement, starterCode }: ProblemFields): ProblemDraft {
  return { title: title.trim(), statement, starterCode };
}
