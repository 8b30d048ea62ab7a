import { Menu, Text, UnstyledButton } from '@mantine/core';
import { IconLogout } from '@tabler/icons-react';
import { type Account, useLogout } from '../api/session';
import { Initials } from '../components/Initials';
import { shellMessages as text } from './messages';

export function AccountMenu({ account }: { account: Account }) {
  const logout = useLogout();
  return (
    <Menu position="bottom-end" width={240}>
      <Menu.Target>
        <UnstyledButton aria-label={text.account}>
          <span aria-hidden>
            <Initials name={account.name} />
          </span>
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label c="inherit">
          <Text fz="sm" fw={600} c="var(--ph-text)" truncate>
            {account.name}
          </Text>
          <Text fz="xs" c="dimmed" truncate>
            {account.email} · {text.roles[account.role]}
          </Text>
        </Menu.Label>
        <Menu.Divider />
        <Menu.Item
          leftSection={<IconLogout size={16} stroke={1.7} />}
          onClick={() => logout.mutate()}
        >
          {text.signOut}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
