import { lazy, Suspense } from 'react';
import { Navigate, Route, Routes } from 'react-router';
import { AccountGate } from './shell/AccountGate';
import { InterviewerGate } from './shell/InterviewerGate';
import { Loading } from './shell/Loading';
import { NotFound } from './shell/NotFound';
import { SessionGate } from './shell/SessionGate';

const SetupPage = lazy(() => import('./pages/setup'));
const LoginPage = lazy(() => import('./pages/login'));
const JoinPage = lazy(() => import('./pages/join'));
const InterviewsPage = lazy(() => import('./pages/interviews'));
const NewInterviewPage = lazy(() => import('./pages/interviews/NewInterviewPage'));
const InterviewPage = lazy(() => import('./pages/interview'));
const ProblemsPage = lazy(() => import('./pages/problems'));
const NewProblemPage = lazy(() => import('./pages/problem/NewProblemPage'));
const ProblemPage = lazy(() => import('./pages/problem'));
const StatisticsPage = lazy(() => import('./pages/statistics'));
const PeoplePage = lazy(() => import('./pages/people'));
const RoomPage = lazy(() => import('./pages/room'));
const ReplayPage = lazy(() => import('./pages/replay'));

export function AppRoutes() {
  return (
    <Suspense fallback={<Loading />}>
      <Routes>
        <Route path="/setup" element={<SetupPage />} />
        <Route path="/login" element={<LoginPage />} />
        <Route path="/join" element={<JoinPage />} />
        <Route element={<SessionGate />}>
          <Route path="/interviews/:interviewId/room" element={<RoomPage />} />
          <Route path="/interviews/:interviewId/replay" element={<ReplayPage />} />
          <Route element={<AccountGate />}>
            <Route index element={<InterviewsPage />} />
            <Route path="/interviews" element={<Navigate to="/" replace />} />
            <Route path="/interviews/:interviewId" element={<InterviewPage />} />
            <Route element={<InterviewerGate />}>
              <Route path="/interviews/new" element={<NewInterviewPage />} />
              <Route path="/problems" element={<ProblemsPage />} />
              <Route path="/problems/new" element={<NewProblemPage />} />
              <Route path="/problems/:problemId" element={<ProblemPage />} />
              <Route path="/statistics" element={<StatisticsPage />} />
              <Route path="/people" element={<PeoplePage />} />
            </Route>
            <Route path="*" element={<NotFound />} />
          </Route>
        </Route>
      </Routes>
    </Suspense>
  );
}
