import { Alert, Button, Select, Tabs, Text, Textarea } from '@mantine/core';
import { IconPlayerStopFilled } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { useLanguageName } from '../../api/languages';
import { describeRun, formatBytes, formatWallTime } from '../../format/run';
import type { RunId } from '../../protocol/RunId';
import type { RunState } from '../../protocol/RunState';
import type { RunWithOutput } from '../../protocol/RunWithOutput';
import { roomMessages } from './messages';
import classes from './OutputPanel.module.css';
import { useRoom, useRoomState } from './RoomContext';
import layout from './RoomLayout.module.css';
import { RunOutput } from './RunOutput';
import type { Code } from './useCode';

const text = roomMessages.output;
const MAX_INPUT_BYTES = 64 * 1024;

/** What the code printed, run by run, and what it reads. */
export function OutputPanel({ code }: { code: Code }) {
  const runs = useRoomState((state) => state.runs);
  const [chosen, setChosen] = useState<RunId | null>(null);
  const newest = runs.at(-1);
  const newestId = newest?.run.id;
  useEffect(() => {
    if (newestId) setChosen(newestId);
  }, [newestId]);
  const shown = runs.find(({ run }) => run.id === chosen) ?? newest;
  const tooLong = new TextEncoder().encode(code.stdin).length > MAX_INPUT_BYTES;
  return (
    <section className={layout.panel} aria-label={text.region}>
      <Tabs
        defaultValue="output"
        variant="none"
        className={classes.tabs}
        classNames={{ tab: classes.tab }}
      >
        <div className={layout.panelHeader}>
          <Tabs.List>
            <Tabs.Tab value="output">{text.region}</Tabs.Tab>
            <Tabs.Tab value="input">{text.input}</Tabs.Tab>
          </Tabs.List>
          {shown ? <RunSummary shown={shown} runs={runs} onChoose={setChosen} /> : null}
        </div>
        <Tabs.Panel value="output" className={classes.body}>
          <Unavailable code={code} />
          {shown ? <RunOutput key={shown.run.id} shown={shown} /> : <Nothing />}
        </Tabs.Panel>
        <Tabs.Panel value="input" className={classes.body}>
          <Textarea
            className={classes.input}
            aria-label={text.inputLabel}
            placeholder={text.inputHint}
            value={code.stdin}
            error={tooLong ? text.tooLong : null}
            onChange={(event) => code.setStdin(event.currentTarget.value)}
          />
        </Tabs.Panel>
      </Tabs>
    </section>
  );
}

/** Why the language cannot run, and what to do about it. */
function Unavailable({ code: { language } }: { code: Code }) {
  if (!language || language.unavailable === null) return null;
  return (
    <Alert color="yellow" m="sm" title={text.unavailable(language.name)}>
      {language.unavailable}
    </Alert>
  );
}

function Nothing() {
  return (
    <Text fz="sm" c="dimmed" p="md">
      {text.empty}
    </Text>
  );
}

interface SummaryProps {
  shown: RunWithOutput;
  runs: RunWithOutput[];
  onChoose: (id: RunId) => void;
}

function RunSummary({ shown: { run }, runs, onChoose }: SummaryProps) {
  const { connection } = useRoom();
  const languageName = useLanguageName();
  const participants = useRoomState((state) => state.participants);
  const outcome = describeRun(run.state);
  const nameOf = (id: string) =>
    participants.find((person) => person.id === id)?.name ?? roomMessages.chat.somebody;
  return (
    <div className={classes.summary}>
      <Text
        span
        fz="xs"
        fw={600}
        className={classes.outcome}
        data-tone={outcome.tone}
        role="status"
      >
        {outcome.text}
      </Text>
      <Text span fz="xs" c="dimmed" className="ph-figures" truncate>
        {factsOf(run.state)}
      </Text>
      {run.state.state === 'finished' ? null : (
        <Button
          size="compact-xs"
          variant="default"
          leftSection={<IconPlayerStopFilled size={11} />}
          onClick={() => connection.stopRun(run.id)}
        >
          {text.stop}
        </Button>
      )}
      {runs.length > 1 ? (
        <Select
          aria-label={text.history}
          size="xs"
          w={210}
          allowDeselect={false}
          value={run.id}
          data={runs
            .map(({ run: { id, language, participantId } }, index) => ({
              value: id,
              label: text.entry(index + 1, languageName(language), nameOf(participantId)),
            }))
            .toReversed()}
          onChange={(id) => id && onChoose(id)}
        />
      ) : null}
    </div>
  );
}

function factsOf(state: RunState): string {
  if (state.state !== 'finished' || state.outcome.kind === 'unavailable') return '';
  const facts = [formatWallTime(state.wallMs)];
  if (state.peakMemory !== null) facts.push(formatBytes(state.peakMemory));
  return facts.join(' · ');
}
