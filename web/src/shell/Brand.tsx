import { Group, Text } from '@mantine/core';
import { messages } from '../messages/en';

export function Brand() {
  return (
    <Group gap={9} wrap="nowrap">
      <img src="/icon.svg" alt="" width={22} height={22} />
      <Text span fw={650} fz="md" lts="-0.01em">
        {messages.productName}
      </Text>
    </Group>
  );
}
