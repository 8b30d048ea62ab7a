import '@mantine/charts/styles.css';
import { BarChart, type BarChartProps } from '@mantine/charts';
import { SimpleGrid, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { useLanguageName } from '../../api/languages';
import { Panel } from '../../components/Panel';
import type { Statistics } from '../../protocol/Statistics';
import { languageBars, lengthBars, weekBars } from './figures';
import { statisticsMessages as text } from './messages';

const HEIGHT = 240;
const ACCENT = 'var(--ph-chart)';
const interviews = [{ name: text.interviews, color: ACCENT }];
const runs = [
  { name: text.succeeded, color: 'var(--ph-chart-good)' },
  { name: text.failed, color: 'var(--ph-chart-bad)' },
];

// Every second or third week is named, evenly, when there is no room for all.
const WEEKS = { interval: 'equidistantPreserveStart' } as const;

const look = {
  h: HEIGHT,
  gridAxis: 'x',
  tickLine: 'none',
  maxBarWidth: 36,
  barProps: { radius: [3, 3, 0, 0], isAnimationActive: false },
  yAxisProps: { allowDecimals: false, width: 34 },
} satisfies Partial<BarChartProps>;

/** All charts of the page; loaded lazily with the chart library. */
export default function Charts({ statistics }: { statistics: Statistics }) {
  const languageName = useLanguageName();
  const { byWeek, byLanguage, byLength, runs: runCount, medianLengthMinutes } = statistics;
  const weeks = weekBars(byWeek);
  return (
    <SimpleGrid cols={{ base: 1, md: 2 }} spacing="md">
      <Panel heading={text.byWeek} text={text.byWeekHint}>
        <BarChart {...look} data={weeks} dataKey="week" series={interviews} xAxisProps={WEEKS} />
      </Panel>
      <Panel heading={text.runsByWeek} text={text.runsByWeekHint}>
        <OrNote show={runCount > 0} note={text.noRuns}>
          <BarChart
            {...look}
            data={weeks}
            dataKey="week"
            xAxisProps={WEEKS}
            series={runs}
            type="stacked"
            withLegend
            legendProps={{ verticalAlign: 'bottom', height: 30 }}
            barProps={{ isAnimationActive: false }}
          />
        </OrNote>
      </Panel>
      <Panel heading={text.byLanguage} text={text.byLanguageHint}>
        <OrNote show={byLanguage.length > 0} note={text.noRuns}>
          <BarChart
            {...look}
            data={languageBars(byLanguage, languageName)}
            dataKey="language"
            series={interviews}
            orientation="vertical"
            gridAxis="y"
            barProps={{ radius: [0, 3, 3, 0], isAnimationActive: false }}
            xAxisProps={{ allowDecimals: false }}
            yAxisProps={{ width: 70 }}
          />
        </OrNote>
      </Panel>
      <Panel heading={text.byLength} text={text.byLengthHint}>
        <OrNote show={medianLengthMinutes !== null} note={text.noEnded}>
          <BarChart
            {...look}
            data={lengthBars(byLength)}
            dataKey="minutes"
            series={interviews}
            xAxisLabel="Minutes"
          />
        </OrNote>
      </Panel>
    </SimpleGrid>
  );
}

function OrNote({ show, note, children }: { show: boolean; note: string; children: ReactNode }) {
  return show ? (
    children
  ) : (
    <Text fz="sm" c="dimmed" mih={HEIGHT}>
      {note}
    </Text>
  );
}
