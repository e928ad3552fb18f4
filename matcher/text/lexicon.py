"""Owns the words of village libraries: slang, nouns of the six categories, cues of need, offer and success, traps.

Data only.  Words stand as :mod:`matcher.text.normalise` leaves them: lower case, slang spelled out, clitics cut.
A phrase is words with blanks between; in a phrase the longest match wins.
"""

from __future__ import annotations

from matcher.text.sector_words import TABLE as SECTORS
from matcher.vocabulary import Category


def _list(words: str) -> frozenset[str]:
    return frozenset(words.split())


def _phrases(lines: str) -> tuple[str, ...]:
    return tuple(line for part in lines.split(";") if (line := " ".join(part.split())))


#: Written → plain, one word each: WhatsApp spelling, affixes dropped, a little Sundanese and Javanese.
SLANG: dict[str, str] = dict(
    pair.split("=")
    for pair in (
        # small words
        "yg=yang dgn=dengan dg=dengan utk=untuk u=untuk buat=untuk bwt=untuk krn=karena karna=karena krna=karena "
        "klo=kalau kalo=kalau kl=kalau klw=kalau sdh=sudah udh=sudah uda=sudah udah=sudah dah=sudah sdah=sudah "
        "telah=sudah blm=belum blom=belum belom=belum blum=belum tdk=tidak tak=tidak gak=tidak ga=tidak gk=tidak "
        "ngga=tidak nggak=tidak enggak=tidak engga=tidak g=tidak ndak=tidak kagak=tidak tidk=tidak jg=juga jga=juga "
        "sy=saya sya=saya aku=saya gue=saya kmi=kami km=km bs=bisa bsa=bisa dr=dari dri=dari pd=pada dlm=dalam "
        "tp=tapi tpi=tapi tetapi=tapi ttp=tetap hrs=harus skrg=sekarang skg=sekarang skrng=sekarang kini=sekarang "
        "msh=masih msih=masih byk=banyak bnyk=banyak bnyak=banyak sm=sama trs=terus trus=terus jd=jadi jdi=jadi "
        "bgt=banget bngt=banget gmn=bagaimana gimana=bagaimana dpt=dapat dpet=dapat dapet=dapat mw=mau mo=mau pengen=ingin "
        "pgn=ingin pengin=ingin thn=tahun th=tahun bln=bulan hr=hari org=orang orng=orang kab=kabupaten kec=kecamatan "
        "ds=desa kp=kampung dsn=dusun kel=kelurahan bpk=bapak bp=bapak pa=pak emg=memang emang=memang aja=saja "
        "sj=saja cm=cuma cuman=cuma doang=saja hny=hanya hnya=hanya tgl=tanggal lg=lagi lgi=lagi spy=supaya biar=supaya "
        "dg=dengan kpd=kepada kpada=kepada tsb=tersebut dll=dll dsb=dll sbg=sebagai spt=seperti ky=seperti kaya=seperti "
        "kayak=seperti mksh=terima makasih=terima trims=terima nuhun=terima dkk=dkk adlh=adalah bg=bagi tiap=setiap "
        "per=per ato=atau ataw=atau atw=atau smpe=sampai sampe=sampai nyampe=sampai mhn=mohon mohn=mohon "
        "minta=minta mnta=minta plis=tolong tlg=tolong pls=tolong krg=kurang krang=kurang kurng=kurang jt=juta rb=ribu "
        "rbu=ribu mlyr=miliar milyar=miliar prlu=perlu btuh=butuh bth=butuh butuhin=butuh sblm=sebelum stlh=setelah "
        "hbs=habis abis=habis abiss=habis mndptkan=mendapatkan mndpt=mendapat smua=semua smoga=semoga alhmdulillah=alhamdulillah "
        "alhamdulilah=alhamdulillah alhamdullilah=alhamdulillah alhmdllh=alhamdulillah silahkan=silakan monggo=silakan "
        "mangga=silakan insyaallah=insya insyaalloh=insya inshaallah=insya insyallah=insya siyap=siap "
        "gratiss=gratis free=gratis cuma2=gratis prinsip=prinsip minggu=minggu pekan=minggu mingguan=minggu bulanan=bulan "
        # things
        "kompi=komputer kompiuter=komputer kompter=komputer computer=komputer komp=komputer kompie=komputer pece=komputer "
        "pc=komputer leptop=laptop lepi=laptop laptob=laptop notebook=laptop netbook=laptop chromebook=laptop tab=tablet "
        "infokus=proyektor infocus=proyektor lcd=proyektor projector=proyektor projektor=proyektor print=printer "
        "epson=printer pc-nya=komputer wi-fi=wifi waifai=wifi wify=wifi wipi=wifi inet=internet intrnet=internet "
        "net=internet internetan=internet quota=kuota kwota=kuota mifi=modem tethering=hotspot tetring=hotspot "
        "signal=sinyal blankspot=blankspot blangspot=blankspot bku=buku bukuna=buku book=buku bacaannya=bacaan eks=eksemplar "
        "exp=eksemplar exemplar=eksemplar eksp=eksemplar eksmplar=eksemplar ex=eksemplar ebook=e-book ruangn=ruangan "
        "rg=ruang rgn=ruangan rohangan=ruangan rohanganana=ruangan rohang=ruang baldes=balai-desa balaidesa=balai-desa "
        "kursi2=kursi rak2=rak trails=teralis tralis=teralis terali=teralis oprasional=operasional oprasionl=operasional "
        "ops=operasional hnr=honor honorarium=honor insentip=insentif duit=uang duwit=uang dhuwit=uang dhuwite=uang "
        "artos=uang artosna=uang fulus=uang acis=uang listrk=listrik sdm=sdm pengurusnya=pengurus volunteer=relawan "
        "volunter=relawan relawn=relawan narsum=narasumber nara=narasumber trainer=pelatih mentor=mentor bintek=bimtek "
        "mhs=mahasiswa mhsw=mahasiswa petugasnya=petugas pengelolana=pengelola pustaka=pustaka perpus=perpustakaan "
        "perpusdes=perpustakaan pusdes=perpustakaan perpusde=perpustakaan perpuskel=perpustakaan perpustakan=perpustakaan "
        "perpustaka'an=perpustakaan tbm=perpustakaan rumbel=perpustakaan taman-baca=perpustakaan pemdes=pemdes "
        "perpusda=perpusda kades=kades kecil=kecil fotocopy=fotokopi ac=ac kipasnya=kipas mbps=mbps mbit=mbps mega=mbps "
        "gb=gb giga=gb gigabyte=gb rp=rp rupiah=rp idr=rp unit=unit unt=unit bh=buah bj=buah pcs=buah biji=buah bijih=buah "
        "jdl=judul meteran=meter mtr=meter hektare=hektar ha=hektar donatur=donatur donasinya=donasi sumbngan=sumbangan "
        "bntuan=bantuan bantuin=membantu mbantu=membantu bantu=membantu ngebantu=membantu nyumbang=menyumbang "
        "nyumbangkan=menyumbang nyumbangin=menyumbang sumbang=menyumbang sumbangkan=menyumbang tawarkan=menawarkan menyumbangkan=menyumbang hibahkan=menghibahkan "
        "ngajar=mengajar ngajarin=mengajar mengajari=mengajar ngasih=memberikan kasih=memberikan memberi=memberikan "
        "beri=memberikan pinjem=pinjam minjem=pinjam minjam=pinjam meminjam=pinjam minjemin=meminjamkan "
        "pinjamkan=meminjamkan pinjami=meminjamkan nyediain=menyediakan sediakan=menyediakan sediain=menyediakan "
        "nyiapin=menyiapkan siapkan=menyiapkan salurkan=menyalurkan nyalurin=menyalurkan donasikan=mendonasikan "
        "nganggarin=menganggarkan anggarkan=menganggarkan nanggung=menanggung tanggung=menanggung bayarin=membayari "
        "masangin=memasang pasang=memasang masang=memasang pasangkan=memasang pasangin=memasang kirimkan=mengirim "
        "kirim=mengirim ngirim=mengirim mengirimkan=mengirim fasilitasi=memfasilitasi dukung=mendukung nyari=mencari "
        "cari=mencari carikan=mencari nambah=menambah tambahkan=menambah serahkan=menyerahkan alokasikan=mengalokasikan "
        "numpang=menumpang nebeng=menumpang nunut=menumpang ngurus=mengurus jagain=jaga njaga=jaga ngejaga=jaga jagana=jaga "
        "menjaga=jaga nerima=menerima diterima=menerima trima=menerima boleh=boleh bole=boleh pake=pakai dipake=dipakai make=pakai "
        "dipinjemin=dipinjamkan dikasih=diberi diberikan=diberi dpinjam=dipinjam kepake=terpakai kepakai=terpakai "
        "bayar=bayar mbayar=bayar punya=punya pny=punya pnya=punya memiliki=punya mempunyai=punya milik=milik duwe=punya "
        "sabulan=sebulan sataun=setahun saben=setiap unggal=setiap seko=dari barudake=anak se-kabupaten=kabupaten sekabupaten=kabupaten se-kecamatan=kecamatan sekecamatan=kecamatan se-desa=desa "
        "boga=punya gaduh=punya ono=ada ana=ada aya=ada nduwe=punya ngelola=mengelola "
        # Sundanese and Javanese
        "teu=tidak henteu=tidak can=belum acan=belum tacan=belum euweuh=nihil ora=tidak durung=belum mboten=tidak "
        "dereng=belum kirang=kurang peryogi=butuh hoyong=ingin hayang=ingin njaluk=minta nyuwun=minta nyungkeun=minta "
        "ruksak=rusak risak=rusak elek=jelek butut=jelek awon=jelek geus=sudah tos=sudah atos=sudah wis=sudah sampun=sudah "
        "pun=sudah ayeuna=sekarang saiki=sekarang sakniki=sekarang ngan=hanya mung=hanya namung=hanya wae=saja bae=saja "
        "saeutik=sedikit sakedik=sedikit sethithik=sedikit sithik=sedikit dikit=sedikit sdikit=sedikit keneh=masih "
        "isih=masih tasih=masih ngahiji=bergabung jeung=dengan sareng=dengan karo=dengan kalih=dengan heureut=sempit "
        "ciut=sempit lawas=lama kuno=lama leungit=hilang ilang=hilang nu=yang sing=yang ing=di ning=di neng=di nang=di "
        "keur=untuk kanggo=untuk kangge=untuk pikeun=untuk kabeh=semua sadaya=semua sedaya=semua pisan=sekali "
        "tiasa=bisa iso=bisa saged=bisa hiji=satu dua=dua tilu=tiga opat=empat lima=lima siji=satu loro=dua telu=tiga "
        "papat=empat limo=lima sapuluh=sepuluh sepuluh=sepuluh urang=kami abdi=saya kulo=saya kula=saya awakedewe=kami "
        "barudak=anak murangkalih=anak bocah=anak mbok=mohon panggonan=tempat panggonane=tempat enggon=tempat biayana=biaya "
        "pribados=pribadi dhewe=sendiri dewe=sendiri mbandhani=membiayai bantosan=bantuan bantosanana=bantuan "
        "ngabantos=membantu maparin=memberikan masihan=memberikan menehi=memberikan gadis=gadis kersa=bersedia "
        "gelem=bersedia purun=bersedia buka=buka hatur=terima suwun=terima matur=terima "
        "baseuh=basah rek=akan mun=kalau lamun=kalau upami=kalau kudu=harus kedah=harus heula=dulu meser=membeli "
        "nyalira=sendiri nyorangan=sendiri mugia=semoga mugi=semoga budak=anak ditambihan=ditambah sakitar=sekitar bade=akan "
        "badhe=akan didamel=dibuat gigireun=sebelah bumi=rumah ngiring=menumpang leuwih=lebih loba=banyak seueur=banyak "
        "rea=banyak candak=ambil dicandak=diambil naroskeun=bertanya ngarah=supaya kuring=saya parantos=sudah enggal=segera "
        "anyar=baru ngabantosan=membantu ngabantuan=membantu ngajagaan=jaga dibantosan=dibantu ti=dari sagala=semua "
        "teras=terus sonten=sore enjing=besok sababaraha=beberapa tilas=bekas urut=bekas bikeun=memberikan "
        "pasihan=memberikan dipasihan=diberi kirimkeun=mengirim anggo=pakai dianggo=dipakai kapake=terpakai katampi=menerima "
        "nampi=menerima alus=bagus sae=bagus awis=mahal kenging=dapat meunang=dapat gratisan=gratis rusakna=rusak "
        "nyuhunkeun=minta neangan=mencari milarian=mencari ngajarkeun=mengajar diajar=belajar saurang=seorang duaan=dua "
        "sorangan=sendiri ngumpul=berkumpul lolobana=kebanyakan palay=ingin hese=susah sesah=susah nek=kalau yen=kalau "
        "menawi=kalau arep=akan arepe=akan piye=bagaimana lan=dan tenan=sekali seneng=senang ngewangi=membantu "
        "ngrewangi=membantu mbiyantu=membantu biyantu=membantu apik=bagus taksih=masih gadhah=punya paringaken=memberikan "
        "paringi=memberikan maringi=memberikan nyukani=memberikan ngekeki=memberikan mbenakke=memperbaiki "
        "ndandani=memperbaiki payon=atap konco=teman kanca=teman wong=orang tiyang=orang dangu=lama wonten=ada ingkang=yang "
        "sakmenika=sekarang saniki=sekarang digawa=dibawa gawa=bawa nggawa=membawa nggo=untuk mergo=karena amargi=karena "
        "amarga=karena njupuk=ambil dijupuk=diambil wulan=bulan sasi=bulan sedoyo=semua sekedhik=sedikit akeh=banyak "
        "kathah=banyak rencang=teman ngajari=mengajar nyambut=pinjam nyilih=pinjam silihan=pinjaman maca=membaca "
        "sekolahe=sekolah nembe=baru wes=sudah uwis=sudah engko=nanti mengko=nanti pisanan=pertama larang=mahal cilik=kecil "
        "gedhe=besar mbutuhke=butuh mbutuhake=butuh gaada=nihil gada=nihil gaboleh=jangan bocil=anak ngadain=mengadakan "
        "ngebolehin=membolehkan dibolehin=diperbolehkan ngizinin=mengizinkan diizinin=diizinkan ditempatin=ditempati "
        "dianter=diantar dianterin=diantar anterin=mengantar benerin=memperbaiki betulin=memperbaiki bikin=membuat "
        "bikinin=membuatkan nitip=titip naro=menaruh naruh=menaruh taruh=menaruh nyatet=mencatat ngumpulin=mengumpulkan "
        "kumpulin=mengumpulkan kekumpul=terkumpul ngecat=mengecat renov=renovasi direnov=direnovasi ngerawat=merawat "
        "sumbangin=menyumbang disumbangin=disumbangkan dihibahin=dihibahkan hibahin=menghibahkan sisihin=menyisihkan "
        "tarikin=menarik narik=menarik settingin=memasang setting=memasang ngirimin=mengirim kirimin=mengirim bawain=membawa "
        "dateng=datang kelar=selesai kelarin=menyelesaikan bener=benar sampek=sampai ampe=sampai ngajuin=mengajukan "
        "ajuin=mengajukan diajuin=diajukan nalangin=menalangi kasian=kasihan kayaknya=sepertinya ngeluh=mengeluh "
        "nganter=mengantar dicariin=dicari cariin=mencari nyediakan=menyediakan ngelatih=melatih latihin=melatih "
        "ngebina=membina dapetin=mendapatkan dptkan=mendapatkan nyampein=menyampaikan ngabisin=menghabiskan makenya=memakai "
        "makein=memakai ngerjain=mengerjakan sklh=sekolah bgs=bagus brp=berapa jgn=jangan kk=kakak adek=adik tsbt=tersebut "
        "lwt=lewat sblmnya=sebelumnya pdhl=padahal blk=balik ktr=kantor kntr=kantor kntor=kantor lmbt=lambat rsk=rusak "
        "rusk=rusak prpus=perpustakaan perpust=perpustakaan perpusds=perpustakaan pengelolah=pengelola kompnya=komputer "
    ).split()
)

#: Endings cut from a word when what is left is known: -nya, Sundanese -na, Javanese -(n)e, and small ones.
ENCLITICS = ("nya", "ny", "lah", "kah", "pun", "ku", "mu", "na", "ne", "ipun", "e")

#: Never "repaired": real words one slip away from a known one.
NOT_A_SLIP = _list(
    "tenis pajang gordeng berduri disko membeli anyaman membatik berjualan kehutanan karet pointer pppk seller menari "
    "terapis mendata pusling membelikan "
    "koreksi komuter melawan rekaman lapangan kurungan bangunin rumah gudang gedung senyum sinyalir tempo tenang petani "
    "pelajar pelajaran pelatuk pengolah pengolahan pengeluh pengelolaan terasa teras terasi internal interior interval "
    "internasional jarang jaring barang barangkali bilangan ruangan bacaan becekan koreksian kolektif kolega kerusi "
    "meminta memintal menempel meninggal ditinggal menerka bantaran bantahan sumbatan jabatan habiskan perluas perlahan "
    "anggapan anggaran angkutan belajar pelajari dibangun terbangun pembangun gratisan masing masalah tenggara bendahara "
    "pengajaran mengejar menanam menarik mengirit menggali menyalakan menyatakan tahunan bulanan mingguan harian petugas "
    "sambungan sumbangan kurangi dikurangi sekarang sepeda sekolah seminar persiapan operasi operasional menyusul mengusul "
    "kunjungan hubungan tulisan terlihat termasuk terbuka tersebut menuju pengunjung pemimpin karena kalangan kalinya "
    "alokasi angka banggai berat berbagai bergilir bunda dinarpus dinpusip disarpus indah memakai membayar mengatakan pengajuan "
    "personal perumahan selama setelah tanggal tepat table updates bagian gerakan jualan lulusan pekerjaan peran satuan tambahan "
    "kegiatan kesehatan kesempatan kelompok kecamatan kabupaten pertemuan peserta pemuda perempuan perangkat pendataan"
)

Words = frozenset[str]

#: Nouns that speak of a category by themselves.
STRONG: dict[Category, tuple[str, ...]] = {
    Category.COMPUTERS: _phrases(
        "barcode; scanner barcode; personal computer; komputer desktop; desktop; charger laptop; operating system; pc; flashdisk; infokus; komputer; laptop; tablet; printer; proyektor; cpu; monitor; keyboard; mouse; scanner; hardisk; harddisk; ram; ssd;"
        "motherboard; perangkat tik; perangkat komputer; spare part; sparepart; antivirus; tinta; toner; webcam; windows;"
        "perangkat teknologi informasi; layar proyektor; layar; all in one; ups; fotokopi; lab komputer; instal ulang; install ulang;"
        "perangkat it; alat tik; sarana tik; mesin cetak; cartridge"
    ),
    Category.INTERNET: _phrases(
        "internet;wi fi; wireless; jaringan wifi; langganan internet; tagihan indihome; penguat sinyal; kabel fiber; rt / rw net; paket internet; kuota internet; kuota data; isp;  wifi; modem; router; bandwidth; hotspot; kuota; vsat; starlink; indihome; orbit; mbps; gb; sinyal; paket data;"
        "kartu perdana; blankspot; blank spot; jaringan internet; bts; fiber; fiber optik; kabel fo; pulsa; abonemen; lelet;"
        "akses internet; koneksi; rt rw net; repeater; access point; jaringan kabel; jaringan kami; jaringan seluler;"
        "jaringan fiber; sambungan internet; sinyal internet; provider; simcard; kartu data; tower; jaringan data; titik wifi"
    ),
    Category.BOOKS: _phrases(
        "buku; rak kosong;rak nya kosong; rak nya kosong melompong; donatur buku;  rak kami kosong; rak melompong; rak kosong melompong; rak masih melompong; rak kami masih melompong; rak kami masih lowong; rak lowong; bacaan; koleksi; judul; eksemplar; majalah; koran; komik; novel; cergam; ensiklopedia; ensiklopedi; bahan pustaka;"
        "kamus; e-book; braille; dongeng; buku bacaan; koleksi buku; bahan bacaan; literatur; surat kabar; tabloid;"
        "buku anak; buku cerita; buku pelajaran; cerpen; iqra; juz amma; pop up; stok buku; perpustakaan keliling;"
        "mobil perpustakaan keliling; silang layan; buku digital; katalog buku; pengadaan buku; buku dongeng"
    ),
    Category.SPACE: _phrases(
        "ruangan; buku numpuk;meter persegi; m2; tempat menaruh; etalase buku; buku masih dalam kardus; dalam kardus; meja lipat; meja panjang; lemari buku; ruang perpustakaan; pojok baca; kios kosong; ruko kosong;  numpuk di kardus; buku di kardus; ruang; buku ditumpuk; buku menumpuk; buku di lantai; buku pada basah; buku basah; buku banyak yang basah; buku lembab; mau ditaruh di mana; ditaruh dimana; rembes; ruko; balai rt; digabung; diusir; gedung; bangunan; rak; rak buku; meja; kursi; karpet; tikar; teralis; atap; plafon; genteng; lantai;"
        "lemari; lahan; tanah; renovasi; direnovasi; saung; lesehan; toilet; kipas; kipas angin; pintu; jendela; kontrakan; bangku;"
        "loker; etalase; kontainer; furnitur; mebel; perabot; perabotan; meubelair; mebeler; meja kursi; ruang baca; ruang kelas;"
        "hibah tanah; semen; material; keramik; cat; tembok; dinding; paving; meja baca; meja lesehan; rak display; ac; wc;"
        "tempat sendiri; gedung sendiri; tempat baca; tempat perpustakaan; wakaf tanah; kanopi; tempat tetap; gazebo; tempat khusus;"
        "sofa; lampu; papan nama; partisi; sekat; rak besi; rak kayu; puntu; gembok; balai rt; eks sekolah; bekas sd; bangku taman; eternit; tempat layak"
    ),
    Category.FUNDS: _phrases(
        "dana; anggaran; biaya; honor; insentif; gaji; kas; uang; donatur; apbdes; dana desa; dana operasional; biaya operasional;"
        "token listrik; bayar listrik; tagihan listrik; rekening listrik; atk; beasiswa; sponsor; patungan; udunan; swadaya; iuran;"
        "uang lelah; uang transport; dianggarkan; menganggarkan; nombok; digaji; dibayar; stimulan; dana csr; operasional; kantong pribadi;"
        "kocek pribadi; membiayai; pembiayaan; modal; modal usaha; tunjangan; upah; add; rkpdes; infak; infaq; zakat; uang saku; rp; bop;"
        "uang kas; dana hibah; hibah uang; uang bensin; ganti bensin; pendanaan; subsidi; dana taktis; santunan; donasi uang; cair; juta; miliar; ribu per; ribu sebulan; ribu setiap; ribu / bulan; ribu rp; rogoh kocek; sokongan dana; tagihan"
    ),
    Category.STAFF: _phrases(
        "menunggu perpustakaan; bergantian menunggu; bergantian jaga; bacakan dongeng; membacakan dongeng; seorang pun; siapa yang mengajar; mengajar komputer; kekurangan tenaga; sumberdaya manusia; staf; tenaga; label buku; menata buku; merapikan buku; rapikan katalog; menata koleksi; penjagaan; melabeli buku; memberi label buku; menjaga perpustakaan; jaga perpustakaan; jaga perpus; latih; bisa latih; sdm; relawan; pelatih; tutor; narasumber; bimtek; bimbingan teknis; pelatihan; pendampingan; magang; kkn; kkm;"
        "pustakawan; pendongeng; mentor; instruktur; pengajar; pemateri; pendamping; piket; workshop; kursus; gaptek; merangkap;"
        "sk pengelola; studi tiru; studi banding; mengajar; melatih; diklat; katalogisasi; klasifikasi; slims; tenaga pengelola; tenaga pustakawan;"
        "yang jaga; yang mengurus; yang menunggu; yang mengelola; sumber daya manusia; admin; operator; guru; dosen; mahasiswa;"
        "storytelling; sertifikat pelatihan; narahubung; penjaga; berhenti; mengundurkan diri; resign; magang mahasiswa; dilatih;"
        "yang bantu jaga; kurang orang; tenaga sukarela; coaching; mengatalog; pelabelan; fasilitator; regenerasi; input data; mengajarkan;"
        "mendampingi; mengoperasikan komputer; operasikan komputer; mengoperasikan; operasikan; bisa komputer; pakai komputer; pakai slims; membimbing; bimbingan; cara mengolah; mengolah buku; mengolah; penerus; menggantikan; pembimbing; mendongeng; pembinaan; yang menjaga; petugas jaga; pekerja; kekurangan orang; penggantinya; pengganti; les"
    ),
}

#: Nouns and verbs that speak of a category only beside a cue of need, offer or success.
WEAK: dict[Category, tuple[str, ...]] = {
    Category.COMPUTERS: _phrases(
        "perangkat; lab; servis; tik; spek; hang; ngehang; virus; ngetik; mengetik; charger; dicatat manual; tulis tangan; kabel; mati total; alat"
    ),
    Category.INTERNET: _phrases(
        "jaringan; online; zoom; e-library; ipusnas; candil; lemot; lola; langganan; daring; website; youtube; akses; google; byar pet; sambungan"
    ),
    Category.BOOKS: _phrases("terbitan; referensi; rayap; dibaca; bahan ajar; sobek; dus; penerbit"),
    Category.SPACE: _phrases(
        "tempat; lokasi; aula; teras; lobi; lorong; gudang; balai-desa; balai desa; kantor desa; pojok; kontrak; garasi; emper;"
        "sempit; bocor; menumpang; gelap; pengap; panas; bergabung; ambruk; pindah; satu atap; kantor kami; numpang; posyandu; paud;"
        "madrasah; balai; tukang; dibangun; nyampur; campur; jebol; banjir; kehujanan; sebelah kantor; berdesakan; lesehan; muat; berbagi tempat; lapuk; rumah warga; rumah saya"
    ),
    Category.FUNDS: _phrases(
        "csr; donasi; listrik; token; sewa; transport; sukarela; bensin; lomba; proposal; sumbangan; kantong; bantuan keuangan; tjsl; gotong royong; duit; berbadan hukum; perpanjangan; ongkos; ongkir; jajan; hadiah"
    ),
    Category.STAFF: _phrases(
        "pengelola; sendirian; petugas; pengurus; orang; personil; kader; pemuda; jaga; mengurus; buka; tutup; terkunci; sepuh; pensiun; merantau;"
        "sk; keluar; pindah; sibuk; kewalahan; rangkap; karang taruna; anak muda; ahli; terlatih; katalog; administrasi; mengelola; handal; andal; kompeten; narik; tim; teknisi; desain; canva; kemampuan; keterampilan; skill; menguasai"
    ),
}

#: What the words around say of the matter; a cue's name is its meaning.
CUES: dict[str, tuple[str, ...]] = {
    "ask": _phrases(
        "butuh; membutuhkan; dibutuhkan; perlu; memerlukan; diperlukan; mohon; memohon; dimohon; minta; meminta; berharap; mengharapkan;"
        "harapan; harapkan; diharapkan; harap; menanti; mengusulkan; mengajukan; ingin; usul; permohonan; kebutuhan; mendambakan; tolong; mencari; dicari;"
        "semoga; kepengen; nunggu; menunggu; mudah mudahan; mudah-mudahan; merindukan; adakah yang; adakah; ada yang bisa; yang bisa membantu; yang mau menghibahkan; ada tidak; apakah ada; apa ada; apa bisa; bisa minta; bagaimana caranya dapat; cara dapat; caranya dapat; ada yang bisa membantu; ada yang punya; barangkali ada; kalau ada; sekiranya; kapan; usulan"
    ),
    "lack": _phrases(
        "yang belum; kehabisan; keteteran; terbentur; tidak berfungsi; tidak menentu; tidak kunjung; belum kunjung; belum juga; tidak kebeli; tidak terbeli; tidak nyala; tidak sesuai; tidak terurus; memprihatinkan; prihatin; keberatan; tidak pernah ada; belum pernah ada; belum memiliki; belum tersentuh; belum terpenuhi; belum berfungsi; belum maksimal; belum optimal; tidak memenuhi; di bawah standar; tidak ada yang; belum ada yang; tidak seorang pun; semrawut;  kurang; kekurangan; minim; terbatas; keterbatasan; nihil; nol; kosong; habis; langka; sulit; kesulitan; susah; terkendala;"
        "kendala; tantangan; masalah; permasalahan; bermasalah; hambatan; terhambat; jarang; macet; sedikit; kewalahan; seadanya; pas-pasan; pas pasan; kelabakan; bingung; belum; tidak ada;"
        "tidak punya; tidak tersedia; tidak cukup; tidak memadai; tidak mampu; tidak sanggup; tidak pernah; tidak kuat; tidak muat;"
        "tidak layak; tidak bisa; belum ada; belum punya; belum tersedia; belum cukup; belum memadai; belum pernah; belum bisa; belum dapat;"
        "belum terpasang; belum masuk; tidak menerima; belum menerima; belum mendapat; belum mendapatkan; tidak mendapat; belum dibayar; tidak dibayar; belum diperbaiki; batal; mundur; belum mengerti; belum paham; tidak mengerti; tidak paham; belum lancar; tidak jadi; tidak dilanjutkan; tidak bertambah; tidak datang; dipangkas; berhenti; lowong; melompong; distop; tanpa; tidak sampai; tidak nyaman; tidak mau; tidak kebagian; tidak dapat; tidak aman; terbengkalai; mandek; tersendat; ditolak; keluhan; mengeluh; keluhkan; dikeluhkan; krisis; itu-itu saja; itu itu saja; itu saja"
    ),
    "broken": _phrases(
        "kemalingan; dicuri; raib; dicoret; diberhentikan; diambil alih; ambrol; roboh; gosong; kesamber; tersambar; kesambar; diisolir; isolir; ditarik; tekor; becek; lanjut usia; mogok; tumbang; hancur; dihentikan; dibongkar; digusur; dialihkan; mati suri; copot; melempem; kusam; buram; rusak; usang; bocor; mati; hilang; jadul; lemot; lelet; lola; hang; ngehang; tua; lama; jelek; putus; sobek; ambruk; lapuk;"
        "sempit; gelap; pengap; error; ngadat; jebol; nunggak; dicabut; diputus; dirapel; telat; terlambat; nombok; gaptek; virus; petir; lambat; goreng;"
        "gangguan; byar pet; byar-pet; rayap; panas; basah; kebanjiran; kehujanan; ketinggalan; lemah; parah; bosan; kotor; robek; kecil; merantau; keluar; resign; berhenti;"
        "merangkap; terkunci; kepotong; dipotong; patah; copot; karatan; retak; longsor; keropos; lumutan; sepuh; nyendat; ngelag; lag; kedaluwarsa; usam; berdebu; ditumpuk; menumpuk; seret"
    ),
    "borrow": _phrases(
        "menumpang; pinjam; gantian; bergantian; antre; antri; ngantri; rebutan; bergabung; gabung; patungan; biaya sendiri; uang sendiri; kantong pribadi; sukarela; berbagi tempat; pindah-pindah; pindah pindah; berdesakan; dari rumah; milik pribadi; punya pribadi"
    ),
    "limit": _phrases("hanya; cuma; sekadar; baru; masih; satu-satunya; cuman; paling banter"),
    "negation": _phrases("tidak; bukan; jangan"),
    "again": _phrases("lagi"),
    "also": _phrases(
        "tidak hanya; bukan hanya; bukan cuma; tidak cuma; tidak saja; bukan saja; tidak sekadar; bukan sekadar"
    ),
    "good": _phrases(
        "sehat; pulih; normal lagi; hidup lagi; nyala lagi; bagus; banyak; aman; melimpah; oke; baik; normal; penuh; rapi; tertata"
    ),
    "ended": _phrases("teratasi; selesai; beres; terselesaikan; tuntas; sudah beres; sudah selesai"),
    "now": _phrases("sekarang"),
    "already": _phrases("sudah"),
    "will": _phrases("akan"),
    "once": _phrases("dulu; dulunya; awalnya; tadinya; semula; sebelumnya; sempat"),
    "proud": _phrases(
        "gemar; stabil; tiba; melahirkan; lolos; surplus; rujukan; favorit; kreatif; diliput; untung; bersertifikat; adem; ramai; juara; penghargaan; antusias; betah; puas; senang; bangga; naik; lulus; usaha sendiri; usaha baru; pesanan; omzet; disambut; memuji; dipuji; terbaik; bermanfaat; dinikmati; tembus;"
        "membaik; percontohan; contoh; digemari; laku; semakin; makin; percaya diri; mandiri; prestasi; sumringah; terampil; menghasilkan; menginspirasi; masuk besar; gembira; memuaskan"
    ),
    "trade": _phrases(
        "dijual; disewakan; promo; nego; diskon; lowongan; jual; hubungi marketing; cod; open order; lowongan kerja; obral; pinjaman online"
    ),
    "solved": _phrases(
        "tidak pernah tutup lagi; tidak tutup lagi; tidak pernah terkunci lagi; tidak ada lagi; tidak ada lagi yang; tidak perlu lagi; tidak usah lagi; tidak numpang lagi; tidak menumpang lagi; sudah pada bisa; sudah terbentuk; sudah normal; sudah terisi; tidak kekurangan; tidak kurang; tidak lagi; sudah ditangan; sudah di tangan; bukan lagi; tidak menumpang; tidak usah; tidak perlu; terpenuhi; tercukupi; terwujud; terbantu;"
        "sudah ada; sudah punya; sudah lengkap; sudah cukup; sudah tersedia; sudah terpasang; sudah memadai; sudah tidak; sudah bisa; sudah dapat; sudah bukan; sudah menerima;"
        "sudah mendapat; sudah mendapatkan; sudah berdiri; sudah dibangun; sudah dianggarkan; sudah dipasang; sudah diganti; sudah masuk; sudah cair; sudah lunas; sudah diperbaiki; sudah mempunyai;"
        "sekarang punya; sekarang lancar; akhirnya punya; akhirnya dapat; akhirnya ada; akhirnya; berhasil; sukses; alhamdulillah; syukur; bersyukur;"
        "diresmikan; bertambah; meningkat; lancar; sekarang kencang; kencang; terima; tidak khawatir; tidak bingung; tidak pusing; tidak repot; rampung; direhab; direnovasi; telah diterima; sudah sampai; sudah tiba; sudah jalan;"
        "sekarang memadai; sekarang cukup; sekarang lengkap; sekarang bisa; rutin; hasilnya; berkat; sudah mulai; sudah aktif; sudah turun; sudah dibantu; sudah diberi; sudah ber-sk; sudah terisi; sudah pindah; lebih luas; lebih cepat; semenjak; sejak"
    ),
    "get": _phrases(
        "mendapat; mendapatkan; dapat; menerima; memperoleh; diberi; dibantu; dibangun; dipasang; terpasang; tersedia; memadai; lengkap;"
        "dibangunkan; disumbang; dihibahkan; dikirim; dibuatkan; dibelikan; dibangunin; kedatangan; kebagian; ketambahan; disumbangkan; didampingi; direhab; dicat; ditanggung; dibiayai; dianggarkan; diperbaiki; menang; memenangkan; meraih"
    ),
    "give": _phrases(
        "membolehkan; menggalang; hendak; mewakafkan; menyatakan kesanggupan; kesanggupan; menyerahkan; dropping; droping; memperbaiki; merawat; mengumpulkan; terkumpul; memperbolehkan; mengikhlaskan; mengisi; meneruskan; disumbang; siap; bersedia; sanggup; menyumbang; menghibahkan; mendonasikan; memberikan; menyerahkan; menyalurkan; mengalokasikan; menganggarkan;"
        "menggratiskan; menawarkan; menyediakan; meminjamkan; membantu; memfasilitasi; mengirim; menanggung; membayari; berkomitmen; mendukung; berbagi;"
        "silakan; nganggur; menganggur; menurunkan; menugaskan; memasang; mempersilakan; menampung; tawaran; menyiapkan; menyisihkan; disalurkan; disumbangkan;"
        "menyanggupi; mensponsori; mendampingi; membuka; ditawarkan; menerjunkan; menyelenggarakan; mengadakan; dialokasikan; disediakan; dipersilakan; mendatangkan; mewakafkan; mengajarkan; menyokong; ikut membantu; kami buka; membagikan; mengizinkan; mengucurkan; merelakan; membebaskan; titip; mewakafkan; menghadiahkan; dibagikan; menjanjikan; tersalurkan; melatih; menempatkan; mengantar"
    ),
    "available": _phrases(
        "ambil saja; bawa saja; pakai saja; boleh ditempati; dapat diserahkan; dapat menyalurkan; dapat memberikan; tanpa dibayar; tanpa bayar; tidak usah bayar; tidak usah dibayar; tidak usah sewa; tidak usah bayar sewa; tidak minta gaji; tanpa biaya; tanpa sewa; tanpa honor; tanpa dipungut biaya; tidak dipungut biaya; cuma-cuma; cuma cuma; kabari saja; kalau mau; kalau perlu; kalau butuh; kalau kurang; tidak kepake; tidak kepakai; boleh dipinjam; boleh dipergunakan; bisa dipergunakan; dapat digunakan; dapat dipakai; kalau berminat; kalau minat; bila berminat; bagi yang membutuhkan; yang membutuhkan; yang butuh; mau diantar; diantar ke; tinggal diambil; untuk perpustakaan mana; ke perpustakaan mana; boleh dipakai; bisa dipakai; boleh dipinjam; bisa dipinjam; boleh diambil; bisa diambil; silakan diambil; silakan ambil; silakan ajukan; tidak terpakai; tidak dipakai; masih bagus;"
        "layak pakai; masih layak; siap pakai; layak baca; siap disalurkan; siap dikirim; siap diambil; siap diserahkan; tinggal ambil; gratis; untuk perpustakaan; akan disalurkan; akan diberikan; akan diserahkan; boleh digunakan; bisa digunakan; silakan pakai;"
        "boleh untuk; siapa mau; siapa yang mau; perpustakaan yang mau; perpustakaan mau; saya sanggup; ambil sendiri; tinggal pilih; masih oke; masih kuat; jarang dipakai; bawa saja; boleh menyambung; dapat dihibahkan; bisa dihibahkan; siap diajukan; silakan diajukan; silakan dipakai; silakan hubungi; kami punya; kami ada; saya punya; saya ada; ada stok; bisa kami; dari kami; bagi perpustakaan; minat hubungi; yang minat; yang berminat; boleh diminta; ditanggung kami; kami tanggung; kami mau; saya mau; akan kami; akan menyumbang; nganggur; menganggur; hasil peremajaan; kosong boleh; pinjam pakai; dapat dimanfaatkan; bisa dimanfaatkan; boleh dimanfaatkan"
    ),
    "gift": _phrases(
        "bantuan; hibah; sumbangan; donasi; wakaf; sedekah; dukungan; kerja sama; kerjasama; sponsor; csr; tjsl"
    ),
    "willing": _phrases(
        "siap membantu; siap mendukung; siap memfasilitasi; akan membantu; akan menyalurkan; akan menganggarkan; akan memasang; akan mengirim; akan memberikan; siap menyediakan; siap jadi; siap menjadi; siap mengirim; bersedia menjadi; bersedia jadi; mau menyumbang; mau memberikan; mau membantu; bisa membantu; bisa menyediakan; bisa memberikan; bisa meminjamkan; rencana menyumbang; ingin menyumbang; ingin memberikan; ingin membantu; ingin menghibahkan; ingin mendonasikan; mau menghibahkan; mau mendonasikan; ingin berbagi; mau berbagi; siap mengajar; siap melatih; siap mendampingi; siap mengisi; siap menanggung; siap memasang; siap menyumbang; siap meminjamkan"
    ),
    "event": _phrases(
        "peluncuran buku; bedah buku; rapat; undangan; mengundang; jadwal; kerja bakti; selamat pagi; selamat siang; selamat sore; selamat malam; upacara; pengajian; pemilihan; lomba desa;"
        "ulang tahun; hut; dirgahayu; turut berduka; innalillahi; semoga sehat; selamat hari; musdes; musrenbang; vaksin; posyandu; pendaftaran; laporan bulanan; monev; arisan; hajatan; halal bihalal; absen; daftar hadir; agenda; acara; izin bertanya; mau tanya; share; info; pengumuman; dimulai pukul; jam; besok; kunjungan"
    ),
    "question": _phrases("apakah; bagaimana; siapa; kapan; berapa; dimana; di mana; ?"),
    "still": _phrases(
        "sampai hari ini; sampai sekarang; sampai saat ini; sampai kini; hingga kini; hingga sekarang; hingga saat ini; hingga hari ini; sampai detik ini; selama ini"
    ),
    "refuse": _phrases(
        "belum bisa membantu; tidak bisa membantu; belum bisa bantu; belum dapat membantu; tidak dapat membantu; belum dapat kami penuhi; belum bisa kami penuhi; belum dapat dipenuhi; belum bisa dipenuhi; tidak dapat dipenuhi;"
        "belum dapat memenuhi; belum bisa memenuhi; belum dapat menyalurkan; belum bisa menyalurkan; belum dapat memberikan; belum bisa memberikan; belum dapat menugaskan; belum dapat mengirim; belum bisa mengirim; belum dapat mengabulkan;"
        "dengan menyesal; dengan berat hati; mohon maklum; tidak ada program; belum ada program; belum ada anggaran untuk membantu; sudah tutup; tidak bisa menerima proposal; tidak menerima proposal; tidak bisa terima proposal; belum bisa memfasilitasi; belum dapat memfasilitasi; tidak jadi menyumbang; belum dapat menyediakan; belum bisa menyediakan; belum dapat mengalokasikan; belum bisa berpartisipasi; tidak bisa ikut"
    ),
    "contrast": _phrases(
        "masalahnya; yang belum; tinggal; persoalannya; kendalanya; tapi; namun; melainkan; padahal; sedangkan; sayang; sayangnya; hanya saja; meski; meskipun; walau; walaupun"
    ),
    "vague": _phrases(
        "nanti kita bantu; nanti kita membantu; nanti kami membantu; nanti dibantu; akan diupayakan; diupayakan; akan dikoordinasikan; dikoordinasikan; akan dipertimbangkan; dipertimbangkan; kita tampung; kami tampung;"
        "kita menampung; kami menampung; ditampung; dukung penuh; mendukung penuh; semoga tahun depan; menunggu anggaran; prinsipnya setuju; prinsip setuju; insya allah; insya; diusahakan; kita usahakan; kami usahakan; mengusahakan; dibicarakan; lihat nanti;"
        "kita lihat; akan dikaji; dikaji; dicatat dulu; pada prinsipnya; disampaikan ke pimpinan; dilaporkan ke pimpinan; sebisa mungkin; sebisanya; kalau ada rezeki; mudah-mudahan bisa; nanti kami kabari; nanti dikabari; kami pelajari; dipelajari dulu; tergantung anggaran; bila memungkinkan; kalau memungkinkan; jika memungkinkan; semaksimal mungkin; siap mendukung; selalu mendukung; akan ditindaklanjuti; ditindaklanjuti; mempertimbangkan; mempelajari; bicarakan; akan mengupayakan; mengupayakan; diteruskan; kami teruskan; akan kami koordinasikan; kami koordinasikan; koordinasikan;  tunggu kabar; belum bisa janji; tidak janji"
    ),
}

#: By when help is needed; the first that is found wins.
URGENCY: dict[str, tuple[str, ...]] = {
    "month": _phrases(
        "segera; sesegera mungkin; sesegera; sekarang juga; malam ini; pekan depan; pekan ini; minggu besok; dalam minggu; paling telat minggu; dalam seminggu; akhir pekan; mepet; secepatnya; mendesak; urgent; urgen; darurat; darurat; minggu ini; bulan ini; hari ini; besok; lusa; minggu depan; akhir bulan; secepat mungkin; asap; paling lambat minggu; cepat; buru-buru; genting; dalam waktu dekat; sebulan ke depan; sebelum akhir bulan; dalam sebulan; dalam bulan"
    ),
    "quarter": _phrases(
        "waktu 3 bulan; waktu tiga bulan; 3 bulan buat; dua bulan ke depan; 1-2 bulan; dua tiga bulan; dua atau tiga bulan; 2-3 bulan; sebelum ujian; sebelum tahun ajaran; sebelum akreditasi; sebulan lagi; 1 bulan lagi; satu bulan lagi; bulan mendatang; bulan depan; triwulan; triwulan ini; kuartal; semester; semester ini; beberapa bulan; dua bulan lagi; tiga bulan lagi; 2 bulan lagi; 3 bulan lagi; dalam 3 bulan; dalam tiga bulan; dalam 2 bulan; dalam dua bulan; 3 bulan ke depan; tiga bulan ke depan; 2 bulan ke depan; sebelum lebaran; sebelum puasa; sebelum ramadan; sebelum agustusan; tahun ajaran baru; sebelum lomba"
    ),
    "year": _phrases(
        "tahun ini; tahun depan; akhir tahun; tahun anggaran; jangka panjang; setahun ke depan; tahun mendatang; apbdes perubahan; anggaran perubahan; tidak mendesak; tidak buru-buru"
    ),
}

#: Words that look like one of the six and are not; nothing inside such a phrase is counted.
TRAPS = _phrases(
    "buku induk; buku inventaris; buku inventaris aset; buku tamu; buku kas; buku kas umum; buku rekening; buku tabungan; buku nikah; buku pelaut; buku kia; buku pink; buku raport; buku rapor; buku agenda; buku absen;"
    "buku kunjungan; buku register; buku catatan; buku tulis; buku bank; buku hitam; buku saku; buku peserta; buku bpkb; buku pedoman; buku panduan; buku besar; buku letter c; buku tanah; buku ekspedisi; tutup buku; buku harian; pembukuan; dibukukan; buka buku baru;"
    "peluncuran buku; launching buku; luncurkan buku; meluncurkan buku; bedah buku; menulis buku; penulis buku; pameran buku; toko buku; hari buku; hari buku nasional; duta baca; resensi buku; kutu buku; jendela dunia; buku adalah jendela dunia; buku jendela dunia; buku itu jendela dunia;"
    "dana bos; dana bok; dana blt; dana pensiun; dana kemanusiaan; dana kemanusiaan kompas; dana pinjaman; dana bergulir; dana talangan; dana haji; dana desa cair; dana reses; dana pilkada; dana darurat; bank sampah; dana sehat; dana kematian; dana sosial; dana blt dd; uang kuliah; uang spp; uang muka; uang palsu; gaji 13; gaji ke-13; gaji ke; anggaran negara; link dana; saldo dana; aplikasi dana; akun dana;"
    "ruang digital; ruang lingkup; ruang publik; ruang gerak; ruang terbuka hijau; ruang terbuka; ruang diskusi; ruang kosong di hati; ruang ekspresi; ruang kreatif; tata ruang; ruang rapat; ruang belajar bersama; ruang hati; memberi ruang; beri ruang; memberikan ruang; ruang dialog; ruang waktu; ruang rindu; luar ruangan; ruang guru; ruang operasi; ruang tunggu; ruang rawat; ruang icu; ruang ugd; ruang isolasi; ruang angkasa; ruang jenazah;"
    "gudang ilmu; gudang buku; gudang pengetahuan; rumah tangga; kursi roda; kursi dewan; kursi dprd; kursi panas; meja hijau; meja makan; meja perundingan; tanah air; tanah longsor; tanah kelahiran; tanah sunda; tanah suci; sertifikat tanah; di atas meja; naik meja; meja bundar;"
    "jaringan pemasaran; jaringan kerja; jaringan kerjasama; jaringan kerja sama; membangun jaringan; jaringan pustaka; jaringan pustaka bergerak; jaringan alumni; jaringan pertemanan; jaringan relawan; jaringan sosial; jaringan listrik; jaringan irigasi; jaringan air; jaringan pipa; jaringan pln; jaringan narkoba; jaringan teroris; jaringan distribusi; jaringan usaha; jaringan kemitraan; jaringan komunitas; jaringan perpustakaan; jaringan pasar; jaringan masyarakat; jaringan mitra; jaringan tubuh; memperluas jaringan; perluas jaringan; jaringan reseller;"
    "sinyal positif; sinyal baik; sinyal bahaya; memberi sinyal; sinyal kuat dukungan; sinyal dukungan; sinyal hijau; komputerisasi; unbk; anbk; jurusan teknik komputer; jurusan komputer; teknik komputer; toko komputer; ilmu komputer; sarjana komputer; s1 komputer; tablet tambah darah; tablet fe; tablet obat; minum tablet; amik komputer; simulasi komputer;"
    "unit kerja; kepala unit; unit usaha; unit rumah; unit mobil; unit motor; unit ambulans; unit ambulan; tenaga listrik; tenaga surya; tenaga kerja; tenaga honorer; tenaga kesehatan; tenaga medis; tenaga dalam; tenaga kerja indonesia; tenaga nuklir; kehabisan tenaga; menguras tenaga; guru honorer; guru ngaji; guru besar; kaur keuangan; keuangan desa; bank garansi;"
    "buku masuk surga; papan tulis; layar tancap; layar lebar; layar kaca; kapal layar; layar hp; pintu masuk; pintu rezeki; pintu tol; pintu air; les privat; dapat kabar; tinta pemilu; monitor dan evaluasi; admin grup; admin group; min admin; pak admin; bu admin; mohon maaf; mohon doa; mohon izin; mohon ijin; mohon hadir; mohon kehadiran; mohon kehadirannya; mohon konfirmasi; minta maaf; minta doa; minta izin; mohon info; mohon infonya; mohon informasi; mohon perhatian; mohon disimak; mohon bersabar; kurang lebih; kurang dari; kurang tahu; kurang enak badan; kurang sehat;"
    "terima kasih; pembaca koran; pengusaha genteng; tukang genteng; kelas komputer ibu; daftar tunggu; donor darah; relawan bencana; tenaga medis; narasumber hari ini; senilai rp; seharga rp; ruang paud; ban bocor; gedung olahraga; lowongan kerja; lowongan; bertanya dana; guru penggerak; guru paud; guru sd; guru tk; guru tpa; cat rambut; lampu merah; lampu hijau; lampu jalan; tempat wisata; tempat kejadian; tempat lahir; tempat tinggal; tempat tidur; tempat sampah; tempat ibadah; bergabung dengan peserta; siap siaga; siap hadir; siap pak; siap bu; siap laksanakan; siap komandan; siap kang; siap teh; siap mas; siap pa; dana gempa; uang duka; banjir bandang; buka puasa; buka bersama; bukber; harga diri; atap seng rumah warga; rumah sakit;"
    "kas negara; kas rt; modal sosial; modal utama; modal nekat; biaya hidup; biaya nikah; biaya sekolah; biaya kuliah; biaya berobat; biaya rumah sakit; honor bpd; insentif rt; insentif guru; insentif guru ngaji; insentif kader posyandu; gaji perangkat; siltap; guru sekolah; dosen pembimbing; dosen penguji; mahasiswa baru; orang tua; orang-orang; orang lain; orang hilang; sepeda motor; listrik padam; pemadaman listrik; listrik masuk desa; sim c; sim keliling; sim a; sewa tenda; sewa sound; hari kerja"
)

#: Phrases that turn away the need they look like: "not short of books but of internet".
CONTRAST_OPENERS = _phrases("bukan; bukannya; bukan masalah; bukan soal; bukan karena; bukan kekurangan")
CONTRAST_CLOSERS = _list("tapi melainkan namun justru malah")

#: A clause ends here, beside marks.
CLAUSE_WORDS = _list(
    "tapi namun melainkan sedangkan padahal karena sehingga meski meskipun walau walaupun justru agar supaya sementara"
)

#: Not counted when texts are compared.
STOPWORDS = _list(
    "yang dan di ke dari untuk dengan pada dalam ini itu ada adalah akan juga saya kami kita anda atau oleh karena kalau agar supaya sudah belum tidak bukan "
    "bisa dapat masih banyak sekali sangat lebih saja hanya cuma lagi jadi maka seperti sebagai bagi para setiap per se si pak bapak ibu bu mohon butuh perlu "
    "membutuhkan memerlukan kekurangan kurang bantuan membantu siap bersedia desa kabupaten kecamatan perpustakaan semua tersebut secara hingga sampai serta "
    "namun tapi sedang sekarang nanti terima kasih assalamualaikum selamat pagi siang sore malam"
)

_SMALL = _list(
    "yang dan di ke dari untuk dengan pada dalam ini itu ada adalah akan juga saya kami kita atau oleh karena kalau agar supaya sudah belum tidak bukan bisa dapat "
    "masih banyak sekali saja hanya cuma lagi jadi punya buku anak desa sendiri semua tempat orang hari minggu bulan tahun kecamatan kabupaten kampung dusun "
    "belasan puluhan ratusan ribuan jutaan beberapa setengah seperangkat sebuah seorang sepasang selusin hektar meter persegi orangnya "
    "kelurahan perpustakaan nama nanti lalu setiap satu dua tiga empat lima enam tujuh delapan sembilan sepuluh sebelas seratus seribu sejuta puluh belas ratus ribu juta miliar"
)

#: Work a library is proud of → the categories it speaks of; a success of a meeting's minutes.
SUCCESS_WORK: dict[str, tuple[Category, ...]] = {
    "perlombaan": (),
    "lomba": (),
    "festival": (),
    "bazar": (),
    "pelatihan": (Category.STAFF,),
    "kursus": (Category.STAFF,),
    "bimtek": (Category.STAFF,),
    "workshop": (Category.STAFF,),
    "pendampingan": (Category.STAFF,),
    "kelas": (Category.STAFF,),
    "layanan": (),
    "pelayanan": (),
    "mendongeng": (),
    "posyandu": (),
    "promosi": (),
    "penghargaan": (),
    "juara": (),
}
#: Things a library wins → the categories they belong to.
SUCCESS_THINGS: dict[str, tuple[Category, ...]] = {
    word: (category,)
    for category, words in {
        Category.COMPUTERS: "komputer laptop printer proyektor tablet",
        Category.INTERNET: "internet wifi modem hotspot jaringan",
        Category.BOOKS: "buku koleksi bacaan majalah eksemplar",
        Category.SPACE: "ruangan ruang gedung teralis karpet rak meja kursi lemari saung tikar lahan tanah toilet kipas",
        Category.FUNDS: "dana honor insentif anggaran biaya modal",
        Category.STAFF: "tenaga relawan tutor pelatih pengelola petugas narasumber pendamping",
    }.items()
    for word in words.split()
}

#: A sentence with one of these may list what was won or done.
SUCCESS_CUES = _list(
    "berhasil keberhasilan mendapatkan mendapat memperoleh menerima meraih andalan sukses capaian terlaksana unggulan memenangkan "
    "diraih mengadakan menyelenggarakan melaksanakan menjalankan membuka rutin bertambah punya berjalan berlangsung diadakan"
)
#: The list begins after one of these.
SUCCESS_LEADS = _list(
    "berupa meliputi seperti mendapatkan mendapat memperoleh menerima meraih berhasil mengadakan menyelenggarakan melaksanakan "
    "menjalankan membuka melalui yaitu yakni memenangkan punya ada dapat dengan adanya kegiatan rutin"
)

#: Every word the tables speak of; clitics are cut and slips repaired towards these.
KNOWN: Words = (
    frozenset(
        word
        for table in (*STRONG.values(), *WEAK.values(), *CUES.values(), *URGENCY.values(), TRAPS, *SECTORS.values())
        for phrase in table
        for word in phrase.split()
    )
    | _SMALL
    | frozenset(SUCCESS_WORK)
    | frozenset(SUCCESS_THINGS)
    | SUCCESS_CUES
    | SUCCESS_LEADS
)

#: The long words a slip may be repaired to: those that carry meaning of their own.
REPAIRED: Words = frozenset(
    word
    for table in (*STRONG.values(), *CUES.values(), SUCCESS_WORK, SUCCESS_THINGS, SUCCESS_CUES)
    for phrase in table
    for word in phrase.split()
) | _list("perpustakaan fasilitator stakeholder kelurahan kecamatan kabupaten keberhasilan khusus informasi")
