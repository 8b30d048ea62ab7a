import { ActionIcon, Text, Title } from '@mantine/core';
import { IconArrowLeft } from '@tabler/icons-react';
import { useMemo } from 'react';
import { Link } from 'react-router';
import type { Timeline } from '../../protocol/Timeline';
import { activityOf, chatAt, markersOf, runsAt, tell } from '../../replay/story';
import { Controls } from './Controls';
import { ChatLog, RunLog } from './Logs';
import { messages } from './messages';
import { ReplayEditor } from './ReplayEditor';
import classes from './ReplayPage.module.css';
import { Scrubber } from './Scrubber';
import { Stage } from './Stage';
import { useFreshSession } from './useFreshSession';
import { useReplayClock } from './useReplayClock';
import { useShortcuts } from './useShortcuts';

/** How finely the scrubber shows when there was typing. */
const ACTIVITY_PARTS = 160;

export function Player({ timeline }: { timeline: Timeline }) {
  const { interview, durationMs, participants, events } = timeline;
  const story = useMemo(() => tell(events), [events]);
  const markers = useMemo(() => markersOf(story), [story]);
  const activity = useMemo(
    () => activityOf(events, durationMs, ACTIVITY_PARTS),
    [events, durationMs],
  );
  const replay = useReplayClock(durationMs);
  const { moment } = replay;
  useShortcuts(replay);
  useFreshSession();

  return (
    <div className={classes.page}>
      <header className={classes.header}>
        <ActionIcon
          component={Link}
          to={`/interviews/${interview.id}`}
          variant="subtle"
          color="gray"
          aria-label={messages.back}
        >
          <IconArrowLeft size={18} />
        </ActionIcon>
        <Title order={1} size="h4" className={classes.title}>
          {messages.title(interview.title)}
        </Title>
        {replay.clock.held && (
          <Text size="sm" c="dimmed" role="status">
            {messages.waiting}
          </Text>
        )}
      </header>
      <main className={classes.body}>
        <div className={classes.main}>
          <ReplayEditor events={events} moment={moment} participants={participants} />
          <RunLog runs={runsAt(story, moment)} participants={participants} onJump={replay.seek} />
        </div>
        <div className={classes.side}>
          <Stage timeline={timeline} story={story} replay={replay} />
          <ChatLog chat={chatAt(story, moment)} participants={participants} onJump={replay.seek} />
        </div>
      </main>
      <footer className={classes.footer}>
        <Controls replay={replay} />
        <Scrubber
          replay={replay}
          markers={markers}
          activity={activity}
          participants={participants}
        />
      </footer>
    </div>
  );
}
