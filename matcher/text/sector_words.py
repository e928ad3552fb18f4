"""Owns the names and kinds of organisations by which the sector of a giver is known.  Data only."""

from __future__ import annotations

from matcher.vocabulary import Sector


def _rows(text: str) -> tuple[str, ...]:
    return tuple(" ".join(row.split()) for row in text.split(";") if row.strip())


#: Plain words → sector.  The longest phrase wins, so "bank sampah" is no bank and "pt pos" no private company.
TABLE: dict[Sector, tuple[str, ...]] = {
    Sector.GOVERNMENT: _rows(
        "dinas; kadis; kepala dinas; perpustakaan provinsi; aula kecamatan; pemerintah kelurahan; inspektorat; "
        "bapperida; kesra; desa sudah; desa akan; desa siap; desa bersedia; desa menyiapkan; desa menyediakan; desa "
        "menganggarkan; apbdes; dana desa; sekdes; diskoperindag; diskumindag; plut; disdik; diskominfo; "
        "diskominfosan; kominfo; dpmd; dinsos; disnaker; dispora; dinkes; disparbud; disdukcapil; bappeda; "
        "bappelitbangda; bapenda; diarpus; perpusda; dispusip; dispusipda; perpusnas; perpustakaan nasional; "
        "perpustakaan daerah; camat; pihak kecamatan; pemerintah kecamatan; pemdes; pemerintah desa; pemerintah "
        "daerah; pemerintah kabupaten; pemda; pemkab; pemprov; pemerintah provinsi; kementerian; kemendes; kemenag; "
        "kemendikbud; kemensos; kementrian; bupati; wakil bupati; sekda; gubernur; dprd; anggota dewan; aspirasi "
        "dewan; puskesmas; polsek; polres; koramil; kodim; babinsa; bhabinkamtibmas; bpd; kantor desa; kepala desa; "
        "kades; kua; kantor kecamatan; bkkbn; bps; bpbd; satpol pp; kejaksaan; pengadilan; bakti kominfo; upt; uptd; "
        "samsat; korwil; kesbangpol; balai; bnn; kpu; bawaslu; lapas; kantor pajak; kpp pratama; imigrasi; rsud; "
        "bpjs; blk; korcam; pokja; asisten daerah; lurah; disperindag; distan; tni; polri; lanal; yonif; pemkot"
    ),
    Sector.ACADEMIA: _rows(
        "universitas; program studi; kelompok kkn; upt perpustakaan universitas; perpustakaan universitas; "
        "perpustakaan kampus; lab kampus; himpunan mahasiswa; univ; kampus; rektorat; institut; politeknik; poltek; "
        "akademi; "
        "sekolah tinggi; stt; amik; stai; "
        "stie; stikes; stmik; stkip; iain; uin; unpad; ipb; itb; upi; ummi; nusa putra; bsi; ugm; unsur; unida; "
        "fakultas; prodi; jurusan; dosen; mahasiswa; bem; hima; himpunan mahasiswa jurusan; rektor; dekan; lppm; lpm; "
        "kkn; kkm; igi; pgri; ikatan guru; smk; smkn; sma; sman; smp; smpn; sdn; mts; man; madrasah; pesantren; "
        "pondok pesantren; sekolah; guru; kelompok kerja guru; mgmp; kkg; civitas akademika; unit kegiatan mahasiswa; "
        "ukm kampus; perguruan tinggi; pascasarjana; unsap; stisip; pusat studi; laboratorium; alumni kampus; dosen "
        "muda; tim pengabdian; pengabdian masyarakat; ikatan pustakawan; ipi; paud; tk"
    ),
    Sector.BUMN: _rows(
        "bumn; bumd; bank; pihak bank; tjsl; bank bjb; bjb; bank jabar; bank jabar banten; bri; bank bri; bni; bank "
        "bni; mandiri; bank "
        "mandiri; btn; bank btn; bsi maslahat; bank syariah indonesia; bank bsi; bri unit; pln; pt pln; plts pln; "
        "telkom; witel; pt telkom; telkomsel; telkom indonesia; indihome; pertamina; pt pertamina; pt pos; pos "
        "indonesia; kantor pos; pegadaian; pt pegadaian; kai; pt kai; kereta api indonesia; ptpn; perkebunan "
        "nusantara; pt perkebunan nusantara; perhutani; pdam; perumdam; perumda; bpr sukabumi; bpr; bank bpr; taspen; "
        "jasa raharja; jasa marga; pt timah; antam; pt antam; semen indonesia; pupuk kujang; pupuk indonesia; bulog; "
        "peruri; pt pnm; pnm; pnm mekaar; bumdes; bumdesma; bank jatim; bank jateng; bank dki; bank sulteng; bank "
        "daerah; pt pgn; perusahaan gas negara; bsi kcp; bsi kc; bank jawa barat; pelindo; angkasa pura; indonesia "
        "power; pln indonesia power; geo dipa; geodipa; wika; waskita; "
        "hutama karya; pt inti; lkm; agro jabar; migas hulu jabar; jamkrida; star energy bumn; bank pembangunan "
        "daerah; bpd bank; kimia farma; bio farma; dahana; pindad; balai pustaka"
    ),
    Sector.PRIVATE: _rows(
        "pt; cv; bank mega; bank mega syariah; bank muamalat; bank permata; bank syariah; gerai; konsultan; "
        "perusahaan; pabrik; toko; warnet; konter; counter; koperasi; kopontren; hotel; swalayan; minimarket; "
        "indomaret; alfamart; alfamidi; yogya; pengusaha; swasta; usaha; bengkel; percetakan; penerbit; gramedia; "
        "aqua; danone; tirta investama; bca; cimb; danamon; bank swasta; startup; kafe; cafe; restoran; rumah makan; "
        "distro; klinik; apotek; dealer; developer; kontraktor; provider lokal; isp; rt rw net; rt / rw net; "
        "pengembang; kud; peternakan; perkebunan swasta; umkm; tambang; hrd; gojek; tokopedia; shopee; bukalapak; xl; "
        "indosat; smartfren; biznet; myrepublic; unilever; indofood; mayora; nestle; pocari; yakult; glostar; semen "
        "jawa; scg; garmen; chevron; star energy; salak energy; manajemen resort; resort; villa; wisata; travel; "
        "rental; fotokopian; juragan; pedagang; kios; mebel; meubel; servis komputer; jasa servis; kursus; lembaga "
        "kursus; lkp; bimbel; pijar; asuransi; notaris; agen; distributor; pemilik; owner; grosir; supermarket; mall; "
        "ritel; produsen; penggilingan; tempat wisata; arus jeram; bank danamon; bank bca; holcim; kopi; kedai; "
        "kantor kami di ruko"
    ),
    Sector.COMMUNITY: _rows(
        "karang taruna; nelayan; remaja; petani; katar; pkk; komunitas; pemuda; kahmi; hmi; pmii; gmni; imm; knpi; "
        "pramuka; kwartir; ipnu; ippnu; ansor; gp ansor; banser; fatayat; muslimat; aisyiyah; muhammadiyah; pcnu; "
        "dkm; majelis taklim; remaja masjid; remaja mesjid; irmas; irma; paguyuban; ikatan alumni; alumni; klub; "
        "gapoktan; kelompok tani; "
        "pokdarwis; arisan; forum; ormas; persatuan; perkumpulan; lsm; posyandu; kelompok wanita tani; kwt; warga; "
        "himpunan; ikatan; perantau; sanggar; kelompok nelayan; pemuda pancasila; fkdm; ibu-ibu; perempuan; genre; "
        "pik r; forum anak; komunitas baca; goodreads; bikers; klub motor; vespa; kelompok; padepokan; masyarakat; "
        "jamaah; gereja; vihara; masjid; organisasi pemuda; osis; persit; bhayangkari; dharma wanita; iwapi; hipmi; "
        "apdesi; pegiat literasi; forum tbm; gpmb; kelompok sadar wisata; aliansi; serikat; lpm desa; rukun warga"
    ),
    Sector.VOLUNTEER: _rows(
        "relawan; komunitas relawan; relawan pengajar; relawan tik; rtik; volunteer; sukarelawan; sukabumi today; "
        "kelas inspirasi; tagana; pmi; indonesia mengajar; 1000 guru; seribu guru; relawan literasi; relawan "
        "internet; relawan pajak; relawan mengajar; relawan digital; indonesia mengajar alumni; pandu digital; saya "
        "pribadi; secara pribadi; pengajar muda; turun tangan; turuntangan"
    ),
    Sector.FOUNDATION: _rows(
        "yayasan; foundation; tanoto; coca cola foundation; coca cola foundation indonesia; ccfi; rumah zakat; dompet "
        "dhuafa; baznas; lazismu; lazisnu; laznas; laz; aksi cepat tanggap; gates foundation; tanoto foundation; "
        "taman bacaan pelangi; filantropi; lembaga amil zakat; nurul hayat; rumah yatim; human initiative; pkpu; bill "
        "gates; save the children; plan indonesia; unicef; putera sampoerna; sampoerna foundation; bakti barito; "
        "djarum foundation; tifa; eka tjipta; lembaga donor; wakaf salman; rumah wakaf; daarut tauhiid; dt peduli; "
        "ykan; kita bisa; kitabisa; world vision; wahana visi; usaid; room to read; asia foundation; rotary; rotary "
        "club; lions club; badan wakaf; ybm; ybm pln; ybm bri; bsi maslahat; yatim mandiri; lembaga zakat; ngo"
    ),
    Sector.MEDIA: _rows(
        "radio; rri; koran; harian; surat kabar; media; televisi; tv; tvri; stasiun; portal berita; kompas; radar; "
        "radar sukabumi; pikiran rakyat; tribun; tempo; republika; redaksi; wartawan; jurnalis; majalah; sukabumi "
        "update; sukabumiupdate; pers; pwi; aji; kompas gramedia; media indonesia; elshinta; portal; kanal youtube; "
        "podcast; youtuber; penyiar; jurnal sukabumi; jawa pos; tabloid; buletin; media online; media cetak; inews; "
        "metro tv; sctv; rcti; jtv; bandung tv; kantor berita"
    ),
}

#: Words that look like a giver and are the library, the taker or somebody else.
NOT_GIVERS = _rows(
    "bank sampah; pensiunan guru; warga sini; saya warga; perpustakaan desa; perpustakaan kelurahan; untuk desa; bagi "
    "desa; untuk sekolah; anak sekolah; putus "
    "sekolah; buku sekolah; anak sd; anak tk; anak smp; anak sma; anak paud; siswa sd; siswa smp; bahasa "
    "indonesia; buku guru; untuk pemuda; untuk warga; bagi warga; untuk masyarakat; bagi masyarakat; kepada "
    "masyarakat; masyarakat desa; pelatihan guru; toko online; kelurahan binaan; kepala sekolah; tenaga "
    "mahasiswa; untuk guru; majalah dinding; majalah bobo; koran bekas; majalah bekas; langganan koran; langganan "
    "majalah; koran dan majalah; majalah dan koran; buku dan majalah; majalah; koran; koran gratis; jalan raya; "
    "usaha mikro; pelaku umkm; media sosial; wifi indihome; indihome gratis; sim telkomsel; kartu telkomsel; "
    "kuota telkomsel; kuota indosat; modem telkomsel; pelatihan umkm; warga belajar; warga desa; untuk umkm; "
    "desain; komputer kantor; kantor kami; kompas; buku masjid; pelatihan mengajar; kursus; kursus komputer; "
    "rumah warga; kantor desa; balai desa; di kecamatan; se kecamatan; untuk kecamatan; tiap kecamatan; setiap "
    "kecamatan; per kecamatan; balai; di balai; badan hukum; berbadan hukum; kopi; pemilik; wisata; tri; act; ui; "
    "nu; pura; media; dkp; agen; usaha; kelompok; stasiun; perempuan; antara; detik; masyarakat; warga; forum; "
    "badan"
)
