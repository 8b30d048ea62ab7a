import { ActionIcon, Anchor, Text, Textarea } from '@mantine/core';
import { IconArrowUp } from '@tabler/icons-react';
import { useEffect, useRef, useState } from 'react';
import type { ChatEntry } from '../../connection/roomState';
import { formatClock } from '../../format/time';
import classes from './ChatPanel.module.css';
import { roomMessages } from './messages';
import { useRoom, useRoomState } from './RoomContext';
import { RoomPanel } from './RoomPanel';

const text = roomMessages.chat;
const MAX_LENGTH = 4000;

export function ChatPanel({ visible }: { visible: boolean }) {
  const chat = useRoomState((state) => state.chat);
  const end = useRef<HTMLDivElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new message is what scrolls.
  useEffect(() => {
    if (visible) end.current?.scrollIntoView({ block: 'nearest' });
  }, [chat.length, visible]);
  return (
    <RoomPanel title={text.region}>
      <div className={classes.chat}>
        <div
          className={classes.log}
          role="log"
          aria-live="polite"
          aria-label={text.region}
          // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keyboard.
          tabIndex={0}
        >
          {chat.length === 0 ? (
            <Text fz="sm" c="dimmed">
              {text.empty}
            </Text>
          ) : (
            chat.map((entry, index) => (
              <Message
                key={entry.id}
                entry={entry}
                continued={chat[index - 1]?.participantId === entry.participantId}
              />
            ))
          )}
          <div ref={end} />
        </div>
        <Composer />
      </div>
    </RoomPanel>
  );
}

/** `continued`: the message before is by the same person. */
function Message({ entry, continued }: { entry: ChatEntry; continued: boolean }) {
  const { connection } = useRoom();
  const author = useRoomState(({ participants }) =>
    participants.find(({ id }) => id === entry.participantId),
  );
  return (
    <div className={classes.message} data-continued={continued} data-delivery={entry.delivery}>
      {continued ? null : (
        <div className={classes.author}>
          <span className={classes.dot} style={{ background: author?.color ?? 'gray' }} />
          <span className={classes.name}>{author?.name ?? text.somebody}</span>
          <span className={classes.time}>{formatClock(entry.atMs)}</span>
        </div>
      )}
      <div className={classes.text}>{entry.text}</div>
      {entry.delivery === 'pending' ? <div className={classes.time}>{text.pending}</div> : null}
      {entry.delivery === 'failed' ? (
        <div className={classes.failed}>
          {text.failed}{' '}
          <Anchor component="button" fz="xs" onClick={() => connection.resendChat(entry.id)}>
            {text.retry}
          </Anchor>
        </div>
      ) : null}
    </div>
  );
}

function Composer() {
  const { connection } = useRoom();
  const [draft, setDraft] = useState('');
  const send = () => {
    const message = draft.trim();
    if (message === '') return;
    connection.sendChat(message);
    setDraft('');
  };
  return (
    <form
      className={classes.composer}
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <Textarea
        aria-label={text.message}
        placeholder={text.placeholder}
        autosize
        minRows={1}
        maxRows={5}
        maxLength={MAX_LENGTH}
        value={draft}
        onChange={(event) => setDraft(event.currentTarget.value)}
        onKeyDown={(event) => {
          const plain = !event.shiftKey && !event.ctrlKey && !event.metaKey;
          // While an input method composes, Enter chooses a word.
          if (event.key !== 'Enter' || !plain || event.nativeEvent.isComposing) return;
          event.preventDefault();
          send();
        }}
        rightSection={
          <ActionIcon
            type="submit"
            size={26}
            radius="xl"
            color="tide"
            aria-label={text.send}
            disabled={draft.trim() === ''}
          >
            <IconArrowUp size={15} />
          </ActionIcon>
        }
      />
    </form>
  );
}
