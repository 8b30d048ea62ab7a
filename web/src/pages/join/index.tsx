import { useHash } from '@mantine/hooks';
import { ApiFailure } from '../../api/failure';
import { useInvitePreview } from '../../api/join';
import { useMe } from '../../api/session';
import { DoorPage } from '../../shell/DoorPage';
import { FailureNotice } from '../../shell/FailureNotice';
import { Loading } from '../../shell/Loading';
import { Invitation } from './Invitation';
import { joinMessages as text } from './messages';

export default function JoinPage() {
  const [hash] = useHash({ getInitialValueInEffect: false });
  const token = hash.replace(/^#/, '');
  const me = useMe();
  const preview = useInvitePreview(token);

  if (token === '') return <DoorPage title={text.noTokenTitle} text={text.noTokenText} />;
  if (preview.isPending || me.isPending) return <Loading />;
  if (preview.isError) {
    const refused = preview.error instanceof ApiFailure && preview.error.refused;
    return refused ? (
      <DoorPage title={text.badTitle} text={text.badText} />
    ) : (
      <FailureNotice failure={preview.error} retry={() => void preview.refetch()} />
    );
  }
  if (preview.data.status === 'ended') {
    return <DoorPage title={text.endedTitle} text={text.endedText(preview.data.title)} />;
  }
  return (
    <DoorPage title={text.title}>
      <Invitation token={token} preview={preview.data} me={me.data ?? null} />
    </DoorPage>
  );
}
