import { Badge, Group, ScrollArea, Stack, Text, UnstyledButton } from '@mantine/core';
import { type ReactNode, useEffect, useRef } from 'react';
import { describeRun, type Tone } from '../../format/run';
import { formatClock } from '../../format/time';
import type { ChatMessage } from '../../protocol/ChatMessage';
import type { Participant } from '../../protocol/Participant';
import type { RunWithOutput } from '../../protocol/RunWithOutput';
import { nameOf } from './format';
import classes from './Logs.module.css';
import { messages } from './messages';

const TONE_COLORS: Record<Tone, string> = { good: 'teal', bad: 'red', neutral: 'gray' };

/** The chat as it was; a message leads to its moment. */
export function ChatLog({
  chat,
  participants,
  onJump,
}: {
  chat: readonly ChatMessage[];
  participants: readonly Participant[];
  onJump: (atMs: number) => void;
}) {
  return (
    <Log label={messages.chat} length={chat.length} empty={messages.nothingSaid}>
      {chat.map((message) => (
        <UnstyledButton
          key={message.id}
          className={classes.entry}
          onClick={() => onJump(message.atMs)}
        >
          <Group gap={6}>
            <Text size="xs" fw={600}>
              {nameOf(participants, message.participantId)}
            </Text>
            <Text size="xs" c="dimmed">
              {formatClock(message.atMs)}
            </Text>
          </Group>
          <Text size="sm" className={classes.text}>
            {message.text}
          </Text>
        </UnstyledButton>
      ))}
    </Log>
  );
}

/** The runs as they were, each with the output it had by then. */
export function RunLog({
  runs,
  participants,
  onJump,
}: {
  runs: readonly RunWithOutput[];
  participants: readonly Participant[];
  onJump: (atMs: number) => void;
}) {
  const length = runs.reduce((sum, { output }) => sum + 1 + output.length, 0);
  return (
    <Log label={messages.output} length={length} empty={messages.nothingRun}>
      {runs.map(({ run, output }) => (
        <div key={run.id} className={classes.entry}>
          <UnstyledButton onClick={() => onJump(run.startedAtMs)}>
            <Group gap={6}>
              <Text size="xs" fw={600}>
                {nameOf(participants, run.participantId)} · {run.language}
              </Text>
              <Text size="xs" c="dimmed">
                {formatClock(run.startedAtMs)}
              </Text>
              <Badge size="xs" variant="light" color={TONE_COLORS[describeRun(run.state).tone]}>
                {describeRun(run.state).text}
              </Badge>
            </Group>
          </UnstyledButton>
          <pre className={classes.output}>
            {output.map(({ stream, text }, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: output is only ever appended
              <span key={index} data-stream={stream}>
                {text}
              </span>
            ))}
          </pre>
        </div>
      ))}
    </Log>
  );
}

/** A list that grows with time and keeps its newest entry in view. */
function Log(props: { label: string; length: number; empty: string; children: ReactNode }) {
  const viewport = useRef<HTMLDivElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a longer list is what scrolls
  useEffect(() => {
    viewport.current?.scrollTo({ top: viewport.current.scrollHeight });
  }, [props.length]);
  return (
    <section className={classes.log} aria-label={props.label}>
      <Text size="xs" fw={600} c="dimmed" className={classes.heading}>
        {props.label}
      </Text>
      <ScrollArea className={classes.scroll} viewportRef={viewport}>
        {props.length === 0 ? (
          <Text size="sm" c="dimmed" p="sm">
            {props.empty}
          </Text>
        ) : (
          <Stack gap={2} p={4}>
            {props.children}
          </Stack>
        )}
      </ScrollArea>
    </section>
  );
}
