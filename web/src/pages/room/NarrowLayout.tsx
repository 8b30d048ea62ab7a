import { Badge, Tabs } from '@mantine/core';
import { useState } from 'react';
import { CallPanel, FloatingCall } from './CallPanel';
import { ChatPanel } from './ChatPanel';
import { EditorPanel } from './EditorPanel';
import { roomMessages } from './messages';
import { OutputPanel } from './OutputPanel';
import { ProblemPanel } from './ProblemPanel';
import { useRoomState } from './RoomContext';
import classes from './RoomLayout.module.css';
import type { Code } from './useCode';
import { useUnread } from './useUnread';

const text = roomMessages.tabs;

/** One part at a time, and the other person in a corner. */
export function NarrowLayout({ code }: { code: Code }) {
  const [tab, setTab] = useState('code');
  const problem = useRoomState((state) => state.interview?.problem ?? null);
  const unread = useUnread(tab === 'chat');
  return (
    <Tabs
      className={classes.narrow}
      value={tab}
      onChange={(value) => value && setTab(value)}
      keepMounted
    >
      <Tabs.List grow aria-label={text.label}>
        <Tabs.Tab value="code">{text.code}</Tabs.Tab>
        <Tabs.Tab value="call">{text.call}</Tabs.Tab>
        <Tabs.Tab
          value="chat"
          rightSection={
            unread > 0 ? (
              <Badge
                size="xs"
                circle
                variant="filled"
                aria-label={roomMessages.chat.unread(unread)}
              >
                {unread}
              </Badge>
            ) : null
          }
        >
          {text.chat}
        </Tabs.Tab>
        <Tabs.Tab value="output">{text.output}</Tabs.Tab>
        {problem ? <Tabs.Tab value="problem">{text.problem}</Tabs.Tab> : null}
      </Tabs.List>
      <Tabs.Panel value="code" className={classes.tabPanel}>
        <EditorPanel
          code={{
            ...code,
            run: () => {
              code.run();
              setTab('output');
            },
          }}
        />
      </Tabs.Panel>
      <Tabs.Panel value="call" className={classes.tabPanel}>
        <CallPanel />
      </Tabs.Panel>
      <Tabs.Panel value="chat" className={classes.tabPanel}>
        <ChatPanel visible={tab === 'chat'} />
      </Tabs.Panel>
      <Tabs.Panel value="output" className={classes.tabPanel}>
        <OutputPanel code={code} />
      </Tabs.Panel>
      {problem ? (
        <Tabs.Panel value="problem" className={classes.tabPanel}>
          <ProblemPanel problem={problem} />
        </Tabs.Panel>
      ) : null}
      {tab === 'call' ? null : (
        <div className={classes.floating}>
          <FloatingCall />
        </div>
      )}
    </Tabs>
  );
}
