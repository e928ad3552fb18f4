import tests.matcher.test_lines_machine as m, collections
C=collections.Counter()
orig=m.Lines.teardown
def td(self):
    if hasattr(self,'promises'):
        for r in self.promises.values():
            C[r.state]+=1; C['weekly' if r.weekly else 'x']+= r.state in('done','cancelled','agreed') and r.arrived>0
    orig(self)
m.Lines.teardown=td
oa=m.Lines.attempt
def at(self,act,*e):
    r=oa(self,act,*e)
    C[(e[0].__name__ if e else 'free',r)]+=1
    return r
m.Lines.attempt=at
import pathlib
def test_x(sqlite_template,tmp_path):
    m.test_lines_follow_their_model_through_any_sequence_of_decisions(sqlite_template,tmp_path,25,30); print(C)
    m.test_lines_follow_their_model_through_any_sequence_of_decisions(sqlite_template,tmp_path,12,70); print(C)
