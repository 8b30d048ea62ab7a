import { formatLength, formatWeek } from '../../format/time';
import type { LanguageCount } from '../../protocol/LanguageCount';
import type { LengthCount } from '../../protocol/LengthCount';
import type { Statistics } from '../../protocol/Statistics';
import type { WeekCount } from '../../protocol/WeekCount';
import { statisticsMessages as text } from './messages';

export interface Figure {
  name: string;
  value: string;
  hint: string;
}

const oneDecimal = new Intl.NumberFormat('en-GB', { maximumFractionDigits: 1 });
const percent = new Intl.NumberFormat('en-GB', { style: 'percent' });
const whole = new Intl.NumberFormat('en-GB');

/** The numbers on the cards, as people read them. */
export function figuresOf(statistics: Statistics): Figure[] {
  const { medianLengthMinutes, runsPerInterview, runsSucceeded, runsFailed } = statistics;
  const judged = runsSucceeded + runsFailed;
  return [
    {
      name: text.interviews,
      value: whole.format(statistics.interviews),
      hint: text.liveNow(statistics.liveNow),
    },
    {
      name: text.medianLength,
      value: medianLengthMinutes === null ? text.none : formatLength(medianLengthMinutes * 60_000),
      hint: text.ofEnded,
    },
    {
      name: text.runsPerInterview,
      value: runsPerInterview === null ? text.none : oneDecimal.format(runsPerInterview),
      hint: text.runs(statistics.runs),
    },
    {
      name: text.successRate,
      value: judged === 0 ? text.none : percent.format(runsSucceeded / judged),
      hint: text.successHint(runsSucceeded, runsFailed),
    },
  ];
}

export function weekBars(weeks: readonly WeekCount[]) {
  return weeks.map(({ week, interviews, runsSucceeded, runsFailed }) => ({
    week: formatWeek(week),
    [text.interviews]: interviews,
    [text.succeeded]: runsSucceeded,
    [text.failed]: runsFailed,
  }));
}

export function languageBars(languages: readonly LanguageCount[], nameOf: (id: string) => string) {
  return languages.map(({ language, interviews }) => ({
    language: nameOf(language),
    [text.interviews]: interviews,
  }));
}

/** Such as "0–15", "15–30", "90+" minutes. */
export function lengthBars(lengths: readonly LengthCount[]) {
  return lengths.map(({ fromMinutes, interviews }, index) => {
    const next = lengths[index + 1];
    return {
      minutes: next ? `${fromMinutes}–${next.fromMinutes}` : `${fromMinutes}+`,
      [text.interviews]: interviews,
    };
  });
}
