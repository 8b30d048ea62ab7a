import { Button, Card, SimpleGrid, Text } from '@mantine/core';
import { IconChartBar } from '@tabler/icons-react';
import { lazy, Suspense } from 'react';
import { Link } from 'react-router';
import { useStatistics } from '../../api/statistics';
import { EmptyState } from '../../components/EmptyState';
import { PageHeader } from '../../components/PageHeader';
import { FailureNotice } from '../../shell/FailureNotice';
import { Loading } from '../../shell/Loading';
import { type Figure, figuresOf } from './figures';
import { statisticsMessages as text } from './messages';

const Charts = lazy(() => import('./Charts'));

export default function StatisticsPage() {
  const statistics = useStatistics();
  if (statistics.isPending) return <Loading />;
  if (statistics.isError) {
    return <FailureNotice failure={statistics.error} retry={() => void statistics.refetch()} />;
  }
  if (statistics.data.interviews === 0) {
    return (
      <>
        <PageHeader title={text.title} />
        <EmptyState
          Icon={IconChartBar}
          title={text.emptyTitle}
          text={text.emptyText}
          action={
            <Button component={Link} to="/interviews/new">
              {text.emptyAction}
            </Button>
          }
        />
      </>
    );
  }
  return (
    <>
      <PageHeader title={text.title} text={text.text} />
      <SimpleGrid cols={{ base: 2, md: 4 }} spacing="md" mb="md">
        {figuresOf(statistics.data).map((figure) => (
          <FigureCard key={figure.name} figure={figure} />
        ))}
      </SimpleGrid>
      <Suspense fallback={<Loading height={400} />}>
        <Charts statistics={statistics.data} />
      </Suspense>
    </>
  );
}

function FigureCard({ figure: { name, value, hint } }: { figure: Figure }) {
  return (
    <Card padding="md">
      <Text fz="sm" c="dimmed">
        {name}
      </Text>
      <Text fz={26} fw={600} lts="-0.02em" className="ph-figures" lh={1.4}>
        {value}
      </Text>
      <Text fz="xs" c="dimmed">
        {hint}
      </Text>
    </Card>
  );
}
