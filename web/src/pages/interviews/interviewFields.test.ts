import { expect, it } from 'vitest';
import { interview } from '../../test/fixtures';
import {
  emptyInterview,
  fieldsOf,
  interviewRules,
  toChanges,
  toNewInterview,
} from './interviewFields';

it('sends nothing for what was left empty', () => {
  expect(toNewInterview({ ...emptyInterview, title: ' Go ' })).toEqual({
    title: 'Go',
    problemId: null,
    language: null,
    scheduledAt: null,
    record: true,
  });
});

it('refuses a title of blanks', () => {
  expect(interviewRules.title('  ')).not.toBeNull();
});

it('brings a time back as it was', () => {
  const scheduledAt = new Date(2026, 10, 23, 14, 30).getTime();
  expect(toNewInterview(fieldsOf(interview({ scheduledAt }))).scheduledAt).toBe(scheduledAt);
});

it('sends only what was changed', () => {
  const before = fieldsOf(interview());
  expect(toChanges(before, { ...before })).toEqual({});
  expect(toChanges(before, { ...before, title: 'New' })).toEqual({ title: 'New' });
});

it('takes a problem away with an explicit null', () => {
  const before = fieldsOf(interview({ problemId: 'p' }));
  expect(toChanges(before, { ...before, problemId: '' })).toEqual({ problemId: null });
});
