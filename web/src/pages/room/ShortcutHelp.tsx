import { ActionIcon, Kbd, Popover, Text } from '@mantine/core';
import { IconKeyboard } from '@tabler/icons-react';
import { roomMessages } from './messages';
import classes from './TopBar.module.css';

const text = roomMessages.shortcuts;
const shortcuts = [
  ['Ctrl + Enter', text.run],
  ['Ctrl + D', text.microphone],
  ['Ctrl + E', text.camera],
  ['Ctrl + Z', text.undo],
  ['Ctrl + M', text.tab],
] as const;

export function ShortcutHelp() {
  return (
    <Popover position="bottom-end" shadow="md">
      <Popover.Target>
        <ActionIcon variant="subtle" color="gray" size="lg" aria-label={roomMessages.bar.help}>
          <IconKeyboard size={18} stroke={1.7} />
        </ActionIcon>
      </Popover.Target>
      <Popover.Dropdown>
        <Text fw={600} fz="sm" mb={6}>
          {roomMessages.bar.help}
        </Text>
        <dl className={classes.facts}>
          {shortcuts.map(([keys, meaning]) => (
            <div key={keys} style={{ display: 'contents' }}>
              <dt>{meaning}</dt>
              <dd>
                <Kbd size="xs">{keys}</Kbd>
              </dd>
            </div>
          ))}
        </dl>
      </Popover.Dropdown>
    </Popover>
  );
}
