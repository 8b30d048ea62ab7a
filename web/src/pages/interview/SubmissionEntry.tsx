import { Accordion, Group, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { useLanguageName } from '../../api/languages';
import { describeRun, formatBytes, formatWallTime } from '../../format/run';
import { formatClock } from '../../format/time';
import type { Submission } from '../../protocol/Submission';
import { interviewMessages } from './messages';
import classes from './SubmissionEntry.module.css';

const text = interviewMessages.submissions;

interface Props {
  submission: Submission;
  author: string;
}

export function SubmissionEntry({ submission, author }: Props) {
  const languageName = useLanguageName();
  const { state } = submission;
  const outcome = describeRun(state);
  const facts = [author, languageName(submission.language)];
  if (state.state === 'finished') {
    facts.push(formatWallTime(state.wallMs));
    if (state.peakMemory !== null) facts.push(formatBytes(state.peakMemory));
  }
  return (
    <Accordion.Item value={submission.id} className={classes.item}>
      <Accordion.Control>
        <Group gap="sm" wrap="nowrap" align="baseline">
          <Text span fz="sm" c="dimmed" ff="monospace">
            {formatClock(submission.startedAtMs)}
          </Text>
          <Stack gap={1} miw={0}>
            <Text span fz="sm" fw={500} className={classes.outcome} data-tone={outcome.tone}>
              {outcome.text}
            </Text>
            <Text span fz="xs" c="dimmed">
              {facts.join(' · ')}
            </Text>
          </Stack>
        </Group>
      </Accordion.Control>
      <Accordion.Panel>
        <Stack gap="md">
          <Block name={text.source}>{submission.source}</Block>
          {submission.stdin === '' ? null : <Block name={text.stdin}>{submission.stdin}</Block>}
          <Output submission={submission} />
        </Stack>
      </Accordion.Panel>
    </Accordion.Item>
  );
}

function Output({ submission: { output, state } }: { submission: Submission }) {
  const truncated = state.state === 'finished' && state.truncated;
  if (output.length === 0) {
    return (
      <Text fz="xs" c="dimmed">
        {text.noOutput}
      </Text>
    );
  }
  return (
    <Block name={text.output}>
      {output.map((chunk, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: chunks are only ever appended.
        <span key={index} data-stream={chunk.stream}>
          {chunk.text}
        </span>
      ))}
      {truncated ? `\n${text.truncated}` : null}
    </Block>
  );
}

function Block({ name, children }: { name: string; children: ReactNode }) {
  return (
    <figure className={classes.block}>
      <figcaption>{name}</figcaption>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keyboard. */}
      <pre tabIndex={0}>{children}</pre>
    </figure>
  );
}
