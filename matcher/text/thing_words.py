"""Owns the words for what exactly is lacked or given: one row a thing, a laptop, a printer, children's books.

Words stand as :mod:`matcher.text.normalise` leaves them; the longest phrase wins, so that "pelatihan komputer" is a
training and no computer.
"""

from __future__ import annotations

from dataclasses import dataclass

from matcher.vocabulary import Category

_C = Category


@dataclass(frozen=True, slots=True)
class Thing:
    """One kind of thing of a category.

    A *wide* thing is the category's own word: it fits every kind half, but not those that stand *alone*.  What *serves*
    names things that this one can stand for wholly, *near* those it can stand for half.
    """

    code: str
    category: Category | None  #: None: no library's challenge, an event, a ware, a loan
    phrases: str
    wide: bool = False
    alone: bool = False
    serves: str = ""
    near: str = ""


THINGS: tuple[Thing, ...] = (
    # computers
    Thing("pc", _C.COMPUTERS, "komputer; pc; cpu; desktop; komputer desktop; personal computer; all in one; perangkat komputer; unit komputer; komputer kantor; komputer sekolah; komputer bekas; komputer baru", near="laptop"),
    Thing("ict", _C.COMPUTERS, "perangkat tik; alat tik; sarana tik; perangkat it; perangkat teknologi; perangkat teknologi informasi; perangkat elektronik", wide=True),
    Thing("laptop", _C.COMPUTERS, "laptop; komputer jinjing; komputer lipat", serves="pc"),
    Thing("tablet", _C.COMPUTERS, "tablet; ipad", near="laptop pc"),
    Thing("printer", _C.COMPUTERS, "printer; tinta; toner; cartridge; mesin cetak; mencetak; ngeprint; cetak laporan; cetak label"),
    Thing("copier", _C.COMPUTERS, "fotokopi; mesin fotokopi; scanner; barcode; scanner barcode; pemindai", near="printer"),
    Thing("projector", _C.COMPUTERS, "proyektor; layar proyektor; layar; layar tancap; tv; televisi; smart tv; sound system; pengeras suara"),
    Thing("computer_part", _C.COMPUTERS, "keyboard; mouse; monitor; ram; hardisk; harddisk; ssd; ups; stabilizer; charger; charger laptop; sparepart; spare part; flashdisk; webcam; motherboard"),
    Thing("computer_repair", _C.COMPUTERS, "servis; servis komputer; servis laptop; service; service komputer; perbaikan komputer; perbaiki komputer; memperbaiki komputer; memperbaiki; teknisi; teknisi komputer; instal ulang; install ulang; antivirus; perawatan komputer", near="computer_part"),
    Thing("computer_lab", _C.COMPUTERS, "lab komputer; lab kampus; laboratorium; laboratorium komputer; warnet"),
    # internet
    Thing("line", _C.INTERNET, "internet; wifi; jaringan wifi; jaringan internet; sambungan internet; akses internet; hotspot; titik wifi; koneksi; langganan internet; langganan wifi; pemasangan internet; pemasangan wifi; bandwidth", wide=True),
    Thing("cable", _C.INTERNET, "fiber; fiber optik; kabel fiber; kabel fo; jaringan kabel; indihome; rt rw net; rt / rw net; tarik kabel", serves="line"),
    Thing("satellite", _C.INTERNET, "vsat; starlink; satelit; internet satelit; bakti; bakti kominfo; bakti aksi; blankspot; blank spot; tidak ada sinyal; belum ada sinyal; nihil sinyal; tanpa sinyal; sinyal tidak ada; sinyal tidak masuk; sinyal nihil; susah sinyal; belum terjangkau sinyal; bts; tower; menara", serves="line cable"),
    Thing("data_plan", _C.INTERNET, "kuota; kuota internet; kuota data; paket data; paket internet; kartu perdana; kartu data; simcard; pulsa; modem; orbit; mifi", near="line"),
    Thing("network_device", _C.INTERNET, "router; access point; repeater; penguat sinyal; kabel lan; switch; perangkat jaringan", near="line"),
    Thing("discount", _C.INTERNET, "diskon; potongan; promo; harga khusus; diskon langganan; potongan langganan; potongan harga; potongan tagihan; diskon tagihan; promo langganan; setengah harga; voucher", near="line cable"),
    # books
    Thing("book", _C.BOOKS, "buku; bacaan; buku bacaan; koleksi; koleksi buku; bahan bacaan; bahan pustaka; buku umum; judul; buku bekas; buku baru; literatur", wide=True),
    Thing("children_book", _C.BOOKS, "buku anak; anak; balita; paud; buku cerita; cerita anak; cerita bergambar; buku bergambar; bergambar; dongeng; fabel; cergam; pop up; buku dongeng; buku cerita anak; buku mewarnai; cerita rakyat; buku tk; pra sekolah; komik anak; komik pendidikan", near="comic"),
    Thing("comic", _C.BOOKS, "komik; manga; superhero", near="children_book novel"),
    Thing("novel", _C.BOOKS, "novel; sastra; fiksi; cerpen; puisi; remaja; roman", near="comic"),
    Thing("religion_book", _C.BOOKS, "agama; islam; islami; iqra; juz amma; quran; al-quran; alquran; doa; tafsir; hadis; fiqih; kitab; kitab kuning; muslim; rohani; alkitab; tajwid; buku agama; buku islam; buku islami; buku doa; mengaji; madrasah; akidah"),
    Thing("farm_book", _C.BOOKS, "pertanian; peternakan; perikanan; perkebunan; budidaya; tani; petani; bertani; ternak; beternak; tanaman; tanam; bercocok tanam; sayur; padi; ikan; kambing; ayam; lele; kebun; berkebun; hidroponik; pupuk; kopi; hortikultura; buku pertanian"),
    Thing("craft_book", _C.BOOKS, "keterampilan; resep; masak; memasak; masakan; kue; jahit; menjahit; usaha; usaha rumahan; usaha kecil; wirausaha; kewirausahaan; kerajinan; umkm; bisnis; anyaman; tata boga; buku keterampilan; jualan", near="farm_book"),
    Thing("school_book", _C.BOOKS, "pelajaran; buku pelajaran; buku paket; buku sekolah; lks; kurikulum; mapel; ujian; soal; paket a; paket b; paket c; sbmptn; cpns; matematika; buku teks; buku kuliah"),
    Thing("reference_book", _C.BOOKS, "ensiklopedia; ensiklopedi; kamus; referensi; atlas; peta; sains; ilmu pengetahuan; pengetahuan umum; sejarah; biografi", near="school_book children_book"),
    Thing("health_book", _C.BOOKS, "kesehatan; gizi; ibu hamil; stunting; parenting; pola asuh; obat; tanaman obat; posyandu; lansia"),
    Thing("periodical", _C.BOOKS, "majalah; koran; tabloid; surat kabar; buletin; langganan koran; langganan majalah"),
    Thing("braille_book", _C.BOOKS, "braille; tunanetra; difabel; disabilitas; buku audio; audiobook"),
    Thing("digital_book", _C.BOOKS, "e-book; buku digital; digital; ipusnas; perpustakaan digital; buku elektronik"),
    Thing("local_book", _C.BOOKS, "sunda; bahasa sunda; jawa; bahasa daerah; budaya lokal; muatan lokal; sejarah desa; kearifan lokal"),
    Thing("law_book", _C.BOOKS, "hukum; undang-undang; peraturan; administrasi desa; pemerintahan; politik"),
    Thing("computer_book", _C.BOOKS, "buku komputer; buku teknologi; buku tik; pemrograman; buku internet"),
    Thing("mobile_library", _C.BOOKS, "perpustakaan keliling; mobil perpustakaan keliling; motor pustaka; silang layan; pinjam bergilir; kotak buku bergilir", near="book"),
    # space
    Thing("room", _C.SPACE, "ruang; ruangan; gedung; bangunan; aula; saung; kios; ruko; balai rt; kontainer; ruang baca; ruang kelas; ruang perpustakaan; gazebo; tempat sendiri; tempat tetap; tempat khusus; gedung sendiri; ruang sendiri; ruangan sendiri; ruang kosong; ruangan kosong; rumah kosong; bekas sd; pinjam pakai gedung; pojok baca; kontrakan; tempat baca"),
    Thing("renovation", _C.SPACE, "renovasi; direnovasi; perbaikan; perbaikan ruangan; rehab; cat; cat ulang; mengecat; atap; genteng; plafon; semen; material; bahan bangunan; keramik; tembok; tukang; bocor; lantai; eternit; perbaikan atap; kayu bangunan; besi beton; bangun gedung; renovasi ruangan; renovasi gedung; perbaikan gedung; perbaikan bangunan; seng; pasir"),
    Thing("rack", _C.SPACE, "rak; rak buku; lemari; lemari buku; etalase; rak display; rak besi; rak kayu; loker; rak pajang"),
    Thing("table", _C.SPACE, "meja; kursi; bangku; lesehan; meja baca; kursi baca; meja lesehan; meja lipat; meja kursi; mebel; mebeler; meubelair; sofa; furnitur; perabot"),
    Thing("carpet", _C.SPACE, "karpet; tikar; matras; permadani; alas duduk; puzzle"),
    Thing("lock", _C.SPACE, "teralis; gembok; pintu; jendela; kunci; pagar; cctv"),
    Thing("land", _C.SPACE, "tanah; lahan; wakaf tanah; hibah tanah", near="room"),
    Thing("toilet", _C.SPACE, "toilet; wc; kamar mandi; sanitasi; air bersih"),
    Thing("cooling", _C.SPACE, "kipas; kipas angin; ac; lampu; penerangan; ventilasi; dispenser"),
    Thing("power", _C.SPACE, "genset; panel surya; tenaga surya; instalasi listrik; tambah daya; sambung listrik; daya listrik"),
    Thing("sign", _C.SPACE, "papan nama; plang; spanduk; banner; partisi; sekat; papan tulis"),
    Thing("meeting_place", _C.SPACE, "ruang rapat; ruang pertemuan; ruang pelatihan; aula pertemuan; tempat acara; gedung serbaguna", near="room"),
    # funds
    Thing("operations", _C.FUNDS, "operasional; dana operasional; biaya operasional; kas; bop; dana rutin", wide=True),
    Thing("honorarium", _C.FUNDS, "honor; honor pengelola; insentif; insentif pengelola; gaji; gaji pengelola; uang lelah; upah; tunjangan; uang transport; transport; digaji; honor petugas; uang saku; insentif relawan"),
    Thing("electricity_bill", _C.FUNDS, "listrik; token; token listrik; bayar listrik; biaya listrik; tagihan listrik; rekening listrik; pln"),
    Thing("internet_bill", _C.FUNDS, "tagihan wifi; tagihan internet; bayar wifi; bayar internet; tagihan indihome; biaya internet; biaya wifi; biaya langganan; langganan wifi bulanan"),
    Thing("activity_money", _C.FUNDS, "lomba; kegiatan; kegiatan anak; biaya kegiatan; dana kegiatan; sponsor; festival; acara; lomba literasi; hadiah; konsumsi; kegiatan literasi; lomba mewarnai; lomba baca"),
    Thing("stationery", _C.FUNDS, "atk; alat tulis; kertas; spidol; perlengkapan kantor; fotokopi laporan", near="activity_money"),
    Thing("scholarship", _C.FUNDS, "beasiswa; biaya kuliah; biaya sekolah; spp; santunan; yatim; anak yatim", alone=True),
    Thing("capital", _C.FUNDS, "modal; modal usaha; pinjaman; kredit; kur; dana bergulir; simpan pinjam; pembiayaan usaha; pinjaman modal", alone=True),
    Thing("rent", _C.FUNDS, "sewa; biaya sewa; sewa gedung; sewa tempat; uang sewa; kontrak rumah", alone=True),
    Thing("book_money", _C.FUNDS, "pembelian buku; beli buku; pengadaan buku; dana buku"),
    # staff
    Thing("staff", _C.STAFF, "relawan; tenaga; sdm; mahasiswa; mahasiswa kkn; kkn; magang; pendamping; pendampingan; pustakawan; orang; pemuda", wide=True),
    Thing("keeper", _C.STAFF, "jaga; penjaga; piket; menunggu perpustakaan; yang jaga; yang menunggu; petugas jaga; jaga perpustakaan; petugas; tenaga pengelola; pengelola baru; butuh pengelola; perlu pengelola; tambahan pengelola; bergantian jaga; petugas layanan; relawan jaga; relawan piket; penggantinya; pengganti; gantinya; membuka perpustakaan"),
    Thing("cataloguer", _C.STAFF, "katalog; katalogisasi; pengatalogan; mengatalog; klasifikasi; slims; inlislite; ddc; label; label buku; pelabelan; mengolah buku; olah buku; pengolahan buku; menata buku; menata koleksi; merapikan buku; pendataan; pendataan buku; input buku; mendata buku; otomasi; otomasi perpustakaan; pelatihan slims; pelatihan katalog; bimtek katalog; bimtek slims", near="reporter"),
    Thing("computer_tutor", _C.STAFF, "tutor komputer; mengajar komputer; pengajar komputer; pelatih komputer; pelatihan komputer; kursus komputer; les komputer; instruktur komputer; belajar komputer; gaptek; bisa komputer; mengoperasikan komputer; operasikan komputer; microsoft office; excel; mengetik; kelas komputer; guru komputer; komputer dasar; relawan tik; literasi digital; pendamping komputer"),
    Thing("keeper_training", _C.STAFF, "pelatihan; pelatihan pengelola; bimtek; bimtek pengelola; bimbingan teknis; diklat; narasumber; workshop; seminar; studi tiru; studi banding; pelatihan perpustakaan; bimtek perpustakaan; sertifikat pelatihan; pembinaan", wide=True),
    Thing("reporter", _C.STAFF, "sim; input sim; lapor sim; laporan sim; pelaporan; pelaporan sim; laporan perpustakaan; input data; entri data; pendamping laporan; membuat laporan", near="cataloguer computer_tutor"),
    Thing("storyteller", _C.STAFF, "pendongeng; mendongeng; storytelling; bercerita; membacakan dongeng; bacakan dongeng; bacakan buku; membaca nyaring; read aloud; kelas dongeng; dongeng keliling"),
    Thing("child_tutor", _C.STAFF, "calistung; bimbel; les; mengajar anak; bahasa inggris; mengajar membaca; guru les; tutor anak; bimbingan belajar; mengajar mengaji; guru ngaji; mengajar matematika; tutor belajar; kelas menggambar"),
    Thing("trade_training", _C.STAFF, "desain; jualan online; pemasaran; pemasaran digital; pelatihan usaha; usaha rumahan; fotografi; video; konten; media sosial; kewirausahaan; pelatihan umkm; menjahit; pelatihan menjahit; pelatihan memasak; membuat kue; kerajinan; pelatihan pertanian; foto produk; digital marketing; umkm; pelatihan kewirausahaan", alone=True),
    Thing("guard", _C.STAFF, "satpam; keamanan; hansip; linmas; kebersihan; cleaning service; tukang kebun", alone=True),
    Thing("medic", _C.STAFF, "bidan; perawat; kader posyandu; dokter; tenaga kesehatan; kader kesehatan; penyuluh kesehatan", alone=True),
)  # fmt: skip

THING: dict[str, Thing] = {thing.code: thing for thing in THINGS}
