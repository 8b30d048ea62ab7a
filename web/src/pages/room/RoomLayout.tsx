import { useMediaQuery } from '@mantine/hooks';
import { ConnectionBanner } from './ConnectionBanner';
import { NarrowLayout } from './NarrowLayout';
import { RefusalNotice } from './RefusalNotice';
import { RemoteAudio } from './RemoteAudio';
import classes from './RoomLayout.module.css';
import { TopBar } from './TopBar';
import { useCode } from './useCode';
import { useRoomShortcuts } from './useRoomShortcuts';
import { useRoomTitle } from './useRoomTitle';
import { WideLayout } from './WideLayout';

/** The room as one sees it, on a desk or on a phone. */
export function RoomLayout({ onLeave }: { onLeave: () => void }) {
  const narrow = useMediaQuery('(max-width: 56em)', undefined, {
    getInitialValueInEffect: false,
  });
  const code = useCode();
  useRoomShortcuts(code.run);
  useRoomTitle();
  const Layout = narrow ? NarrowLayout : WideLayout;
  return (
    <div className={classes.room}>
      <TopBar onLeave={onLeave} narrow={narrow ?? false} />
      <ConnectionBanner />
      <main className={classes.main}>
        <Layout code={code} />
      </main>
      <RemoteAudio />
      <RefusalNotice />
    </div>
  );
}
