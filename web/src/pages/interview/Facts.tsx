import { Anchor } from '@mantine/core';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { useLanguageName } from '../../api/languages';
import { Panel } from '../../components/Panel';
import { formatLength, formatMoment } from '../../format/time';
import type { Interview } from '../../protocol/Interview';
import { lengthOf } from '../interviews/describe';
import classes from './Facts.module.css';
import { interviewMessages } from './messages';

const text = interviewMessages.facts;

export function Facts({ interview }: { interview: Interview }) {
  const languageName = useLanguageName();
  const length = lengthOf(interview);
  return (
    <Panel heading={text.heading}>
      <dl className={classes.facts}>
        <Fact name={text.interviewer}>{interview.ownerName}</Fact>
        {interview.startedAt === null ? (
          <Fact name={text.scheduled}>
            {interview.scheduledAt === null ? text.notPlanned : formatMoment(interview.scheduledAt)}
          </Fact>
        ) : (
          <Fact name={text.began}>{formatMoment(interview.startedAt)}</Fact>
        )}
        {length === null ? null : <Fact name={text.length}>{formatLength(length)}</Fact>}
        <Fact name={text.problem}>
          <ProblemName interview={interview} />
        </Fact>
        <Fact name={text.language}>{languageName(interview.language)}</Fact>
        <Fact name={text.recording}>{interview.record ? text.recorded : text.notRecorded}</Fact>
      </dl>
    </Panel>
  );
}

function ProblemName({ interview: { problemId, problemTitle, may } }: { interview: Interview }) {
  if (problemTitle === null) return text.none;
  if (problemId === null || !may.manage) return problemTitle;
  return (
    <Anchor component={Link} to={`/problems/${problemId}`} fz="sm">
      {problemTitle}
    </Anchor>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
