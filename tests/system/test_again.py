import landmark
import time
def test_x(undisturbed, case):
    t=time.time(); case.run(); print(time.time()-t)
    assert case.out()==undisturbed.out()
    print(landmark.funnel(case.path)["steps"], landmark.funnel(case.path)["enquiries"])
    t=time.time(); case.run(); print(time.time()-t)
    assert case.whole()
