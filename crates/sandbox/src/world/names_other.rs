//! Names, places and numbers of countries that write in other scripts. Each name carries the Latin
//! spelling that its owner would use in an address: `Иван:ivan`.

use super::human::Locale;

pub(crate) const OTHER: &[Locale] = &[
    Locale {
        country: "UA",
        host: "ua",
        timezone: "Europe/Kyiv",
        family_first: false,
        weight: 4,
        firsts: "Тарас:taras Оксана:oksana Богдан:bohdan Соломія:solomiia Ярослав:yaroslav \
                 Людмила:liudmyla Остап:ostap Зоряна:zoriana Михайло:mykhailo Катерина:kateryna \
                 Назар:nazar Галина:halyna Юрій:yurii Леся:lesia Андрій:andrii Вікторія:viktoriia \
                 Олексій:oleksii Надія:nadiia Григорій:hryhorii Світлана:svitlana",
        lasts: "Шевченко:shevchenko Коваленко:kovalenko Бондаренко:bondarenko Ткачук:tkachuk \
                Кравець:kravets Мельник:melnyk Гончар:honchar Сидоренко:sydorenko Лисенко:lysenko \
                Мороз:moroz Щербак:shcherbak Їжакевич:yizhakevych Пономаренко:ponomarenko \
                Захарчук:zakharchuk Дяченко:diachenko Рудь:rud Вовк:vovk Зінченко:zinchenko \
                Яременко:yaremenko Чумак:chumak",
        places: "Київ|Київ|01001;Львів|Львівська|79000;Одеса|Одеська|65000",
        country_name: "Ukraine",
    },
    Locale {
        country: "BG",
        host: "bg",
        timezone: "Europe/Sofia",
        family_first: false,
        weight: 3,
        firsts: "Иван:ivan Ралица:ralitsa Димитър:dimitar Цветана:tsvetana Георги:georgi Росица:rositsa \
                 Стоян:stoyan Десислава:desislava Николай:nikolay Милена:milena Пламен:plamen \
                 Йорданка:yordanka Красимир:krasimir Ваня:vanya Любомир:lyubomir Снежана:snezhana",
        lasts: "Иванов:ivanov Петрова:petrova Стоянов:stoyanov Димитрова:dimitrova Тодоров:todorov \
                Христова:hristova Ангелов:angelov Колева:koleva Маринов:marinov Янкова:yankova \
                Златев:zlatev Атанасова:atanasova Борисов:borisov Спасова:spasova Кирилов:kirilov \
                Живкова:zhivkova",
        places: "София|София|1000;Пловдив|Пловдив|4000;Варна|Варна|9000",
        country_name: "Bulgaria",
    },
    Locale {
        country: "GR",
        host: "gr",
        timezone: "Europe/Athens",
        family_first: false,
        weight: 4,
        firsts: "Γιώργος:giorgos Ελένη:eleni Δημήτρης:dimitris Κατερίνα:katerina Νίκος:nikos \
                 Βασιλική:vasiliki Σπύρος:spyros Αγγελική:angeliki Θανάσης:thanasis Ιωάννα:ioanna \
                 Στέλιος:stelios Χριστίνα:christina Πέτρος:petros Δέσποινα:despina Ανδρέας:andreas \
                 Φωτεινή:foteini Λευτέρης:lefteris Ζωή:zoi",
        lasts: "Παπαδόπουλος:papadopoulos Οικονόμου:oikonomou Βλάχος:vlachos Καραγιάννης:karagiannis \
                Γεωργίου:georgiou Μακρής:makris Αντωνίου:antoniou Νικολαΐδης:nikolaidis Σιδέρης:sideris \
                Ξενάκης:xenakis Δημητρίου:dimitriou Ρήγας:rigas Κωνσταντίνου:konstantinou \
                Ζαχαρίας:zacharias Φραγκούλης:fragkoulis Θεοδώρου:theodorou Λάμπρου:lamprou \
                Χατζής:chatzis",
        places: "Αθήνα|Αττική|105 57;Θεσσαλονίκη|Μακεδονία|546 24;Πάτρα|Αχαΐα|262 21",
        country_name: "Greece",
    },
    Locale {
        country: "AE",
        host: "ae",
        timezone: "Asia/Dubai",
        family_first: false,
        weight: 4,
        firsts: "محمد:mohammed فاطمة:fatima خالد:khalid عائشة:aisha يوسف:yousef مريم:maryam عمر:omar \
                 نورة:noura حسن:hassan ليلى:layla طارق:tariq هدى:huda سامي:sami رانيا:rania زياد:ziad \
                 سلمى:salma بلال:bilal دانة:dana",
        lasts: "الهاشمي:alhashimi المنصوري:almansoori الكعبي:alkaabi النعيمي:alnuaimi السويدي:alsuwaidi \
                الشامسي:alshamsi المزروعي:almazrouei الفلاسي:alfalasi البلوشي:albalushi حداد:haddad \
                منصور:mansour قاسم:qasim الزين:alzein شاهين:shaheen رحيم:raheem عبد_الله:abdullah \
                الخطيب:alkhatib درويش:darwish",
        places: "دبي|دبي|;أبوظبي|أبوظبي|;الشارقة|الشارقة|",
        country_name: "United Arab Emirates",
    },
    Locale {
        country: "IL",
        host: "il",
        timezone: "Asia/Jerusalem",
        family_first: false,
        weight: 3,
        firsts: "יעל:yael אברהם:avraham נועה:noa משה:moshe תמר:tamar דוד:david שירה:shira אורי:uri \
                 רחל:rachel עומר:omer מיכל:michal איתן:eitan רותם:rotem גלעד:gilad הדס:hadas ניר:nir \
                 ליאת:liat בועז:boaz",
        lasts: "כהן:cohen לוי:levi מזרחי:mizrahi פרידמן:friedman ביטון:biton אברמוב:avramov \
                שפירא:shapira רוזנברג:rosenberg גולן:golan ברק:barak חדד:hadad אשכנזי:ashkenazi \
                דיין:dayan שגב:segev הראל:harel נחום:nachum צור:zur קפלן:kaplan",
        places: "תל אביב|תל אביב|6100000;חיפה|חיפה|3100000;ירושלים|ירושלים|9100000",
        country_name: "Israel",
    },
    Locale {
        country: "JP",
        host: "jp",
        timezone: "Asia/Tokyo",
        family_first: true,
        weight: 4,
        firsts: "翔太:shota 美咲:misaki 健一:kenichi 由美子:yumiko 大輔:daisuke 彩花:ayaka 直樹:naoki \
                 千尋:chihiro 拓也:takuya 恵子:keiko 悠斗:yuto 陽菜:hina 誠:makoto さくら:sakura 隆:takashi \
                 真由美:mayumi 航:wataru 結衣:yui",
        lasts: "佐藤:sato 鈴木:suzuki 高橋:takahashi 渡辺:watanabe 伊藤:ito 小林:kobayashi 斎藤:saito \
                五十嵐:igarashi 長谷川:hasegawa 藤原:fujiwara 中島:nakajima 東海林:shoji 大久保:okubo \
                菊地:kikuchi 宮崎:miyazaki 安田:yasuda 森本:morimoto 青山:aoyama",
        places: "東京|東京都|100-0001;大阪|大阪府|530-0001;福岡|福岡県|810-0001",
        country_name: "Japan",
    },
    Locale {
        country: "CN",
        host: "cn",
        timezone: "Asia/Shanghai",
        family_first: true,
        weight: 4,
        firsts: "伟:wei 芳:fang 建国:jianguo 秀英:xiuying 志强:zhiqiang 丽华:lihua 明:ming 晓燕:xiaoyan \
                 浩然:haoran 雨桐:yutong 子轩:zixuan 婷婷:tingting 俊杰:junjie 雪梅:xuemei 文博:wenbo \
                 佳怡:jiayi 海涛:haitao 静:jing",
        lasts: "王:wang 李:li 张:zhang 刘:liu 陈:chen 杨:yang 赵:zhao 黄:huang 周:zhou 吴:wu 徐:xu 孙:sun \
                欧阳:ouyang 司马:sima 诸葛:zhuge 郭:guo 何:he 罗:luo",
        places: "上海|上海|200000;北京|北京|100000;深圳|广东|518000",
        country_name: "China",
    },
    Locale {
        country: "KR",
        host: "kr",
        timezone: "Asia/Seoul",
        family_first: true,
        weight: 3,
        firsts: "민준:minjun 서연:seoyeon 지훈:jihoon 수빈:subin 현우:hyunwoo 지은:jieun 동현:donghyun \
                 하윤:hayoon 성민:sungmin 예린:yerin 준호:junho 은지:eunji 태영:taeyoung 소희:sohee \
                 재석:jaesuk 미영:miyoung",
        lasts: "김:kim 이:lee 박:park 최:choi 정:jung 강:kang 조:cho 윤:yoon 장:jang 임:lim 한:han 오:oh \
                남궁:namgung 황보:hwangbo 서:seo 신:shin",
        places: "서울|서울|04524;부산|부산|48058;인천|인천|21554",
        country_name: "South Korea",
    },
    Locale {
        country: "IN",
        host: "in",
        timezone: "Asia/Kolkata",
        family_first: false,
        weight: 6,
        firsts: "अर्जुन:arjun प्रिया:priya Rohan Ananya विक्रम:vikram Deepika Karthik Meenakshi Sanjay लक्ष्मी:lakshmi \
                 Venkatesh Kavitha Harpreet Ishita Manoj Nandini Farhan Pooja Siddharth Tanvi",
        lasts: "शर्मा:sharma Iyer Krishnamurthy पटेल:patel Chatterjee Reddy Venkataraman Deshpande सिंह:singh \
                Bhattacharya Nair Kulkarni Mukherjee Qureshi Rangarajan Subramanian Thakur Upadhyay \
                Varghese Yadav",
        places: "Bengaluru|Karnataka|560001;Mumbai|Maharashtra|400001;Pune|Maharashtra|411001;\
                 Chennai|Tamil Nadu|600001",
        country_name: "India",
    },
];
