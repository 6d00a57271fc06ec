def test_probe_dhcpd(scene, dhcpd, place, case):
    probe(scene, dhcpd, place, case, "dhcpd", "dhcpd.leases")
def test_probe_kea(scene, kea, place, case):
    probe(scene, kea, place, case, "kea", "kea-leases4.csv")
def probe(scene, relay, place, case, fmt, name):
    from datetime import datetime, UTC, timedelta
    noon=datetime(2001,10,24,12,tzinfo=UTC); m=lambda n: noon+timedelta(minutes=n)
    L={}
    def take(at,who,dev,circuit): 
        scene.plan(m(at), lambda: L.__setitem__(who, relay.take(dev,circuit)))
    adr=lambda who: (lambda: L[who].address)
    take(0,"line-1",1,b"line-1"); take(0,"00:04:00:0a",2,b"\x00\x04\x00\x0a")
    scene.visit(m(5),adr("line-1"),"line-1"); scene.visit(m(5),adr("00:04:00:0a"),"00:04:00:0a")
    scene.plan(m(20), lambda: relay.renew(L["line-1"])); scene.visit(m(25),adr("line-1"),"line-1")
    scene.plan(m(30), lambda: relay.release(L["line-1"]))
    take(35,"line-3",3,b"line-3"); scene.visit(m(40),adr("line-3"),"line-3")
    scene.visit(m(55),adr("00:04:00:0a"),"00:04:00:0a")
    saved=[]
    scene.plan(m(58), lambda: saved.append((place.house/"dhcp"/name).read_bytes()))
    scene.visit(m(70),adr("00:04:00:0a"),"00:04:00:0a")
    take(75,"line-4",4,b"line-4"); scene.visit(m(80),adr("line-4"),"line-4")
    scene.live()
    print((place.house/"dhcp"/name).read_text()); print(L)
    inputs={f"dhcp/{name}":(place.house/"dhcp"/name).read_bytes()}
    if fmt=="dhcpd": inputs[f"dhcp/{name}.1"]=saved[0]
    scene.case(case, f'[[assignment]]\nfiles=["dhcp/{name}*"]\nformat="{fmt}"\nzone="UTC"\naccount="circuit-id"\n', inputs)
    for r in case.rows("leases"): print({k:(str(datetime.fromtimestamp(v/1e6,UTC)) if k in("from","until") and v else v) for k,v in r.items() if k in ("address","from","until","account","ends","doubtful","rows")})
    for t,(a,w) in zip(scene.told(case),scene.asked): print(t,w,a.source)
